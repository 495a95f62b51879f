// A browser with the bench page open, on the same origin at every run.
import { WebGpuUnavailableError } from '@longread/core';
import type { Progress } from 'longread';
import { chromium, type BrowserContext } from 'playwright';
import { createBenchCall, type BenchCall } from './bench-calls.ts';
import { chromiumFlags } from './browser.ts';
import type { Site } from './site.ts';

/** Same origin on every run whatever the port, so that IndexedDB finds what the last run stored. */
const stableHost = 'longread.localhost';

/** The site's address in a browser that {@link launchBrowser} started. */
export const siteAddress = `http://${stableHost}`;

export interface Session {
  readonly call: BenchCall;
  /** Cancels the call that runs: it rejects with AbortedError. */
  abort(): Promise<void>;
  close(): Promise<void>;
}

export interface BrowserOptions {
  readonly browserPath: string;
  readonly site: Site;
  /** Browser profile folder; empty for a temporary one. */
  readonly profile: string;
}

export interface SessionOptions extends BrowserOptions {
  readonly onProgress: (progress: Progress) => void;
}

/** Starts a browser for which `http://longread.localhost` is the site. @throws WebGpuUnavailableError */
export async function launchBrowser({ browserPath, site, profile }: BrowserOptions): Promise<BrowserContext> {
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
  const context = await launchBrowser(options);
  const page = context.pages()[0] ?? (await context.newPage());
  await page.exposeFunction('longreadProgress', options.onProgress);
  await page.goto(`${siteAddress}/bench/`);
  return {
    call: createBenchCall(page),
    abort: () => page.evaluate(() => window.longreadBench.abort()),
    close: () => context.close(),
  };
}
