// A browser with the bench page open, and its driver as typed calls: errors arrive as the classes they were thrown as.
import { errorFromData, WebGpuUnavailableError } from '@longread/core';
import type { BenchDriver, Outcome } from '@longread/bench/driver.ts';
import type { Progress } from 'longread';
import { chromium, type BrowserContext, type Page } from 'playwright';
import { chromiumFlags } from './browser.ts';
import type { Site } from './site.ts';

/** Same origin on every run whatever the port, so that IndexedDB finds what the last run stored. */
const stableHost = 'longread.localhost';

type Call = keyof Omit<BenchDriver, 'abort'>;
type Arguments<K extends Call> = Parameters<BenchDriver[K]>;
type Value<K extends Call> = Awaited<ReturnType<BenchDriver[K]>> extends Outcome<infer T> ? T : never;

export interface Session {
  readonly page: Page;
  /** Runs one of the driver's calls in the page. */
  call<K extends Call>(name: K, ...args: Arguments<K>): Promise<Value<K>>;
  /** Cancels the call that runs: it rejects with AbortedError. */
  abort(): Promise<void>;
  close(): Promise<void>;
}

export interface SessionOptions {
  readonly browserPath: string;
  readonly site: Site;
  /** Browser profile folder; empty for a temporary one. */
  readonly profile: string;
  readonly onProgress: (progress: Progress) => void;
}

async function launch({ browserPath, site, profile }: SessionOptions): Promise<BrowserContext> {
  try {
    return await chromium.launchPersistentContext(profile, {
      executablePath: browserPath,
      headless: false,
      handleSIGINT: false,
      args: [...chromiumFlags, `--host-resolver-rules=MAP ${stableHost}:80 127.0.0.1:${site.port}`],
    });
  } catch (error) {
    throw new WebGpuUnavailableError(
      `The browser at ${browserPath} did not start. If another longread command is running with the profile ${profile}, ` +
        `wait for it; else set CHROME_PATH to another browser. ${String(error)}`,
      { path: browserPath, profile },
      { cause: error },
    );
  }
}

/** Starts the browser and opens the bench page. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const context = await launch(options);
  const page = context.pages()[0] ?? (await context.newPage());
  await page.exposeFunction('longreadProgress', options.onProgress);
  await page.goto(`http://${stableHost}/bench/`);
  return {
    page,
    async call(name, ...args) {
      const outcome = (await page.evaluate(
        ([method, parameters]) => {
          const driver = window.longreadBench as unknown as Record<string, (...all: unknown[]) => unknown>;
          return driver[method]?.(...parameters);
        },
        [name, args] as const,
      )) as Outcome<Value<typeof name>>;
      if ('error' in outcome) throw errorFromData(outcome.error);
      return outcome.value;
    },
    abort: () => page.evaluate(() => window.longreadBench.abort()),
    close: () => context.close(),
  };
}
