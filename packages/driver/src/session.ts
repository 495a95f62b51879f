// A browser with the driven page open, on the same origin at every run.
import {
  confirmAdapter,
  launchBrowser,
  siteAddress,
  type AdapterChoice,
  type BrowserOptions,
} from '@longread/browser';
import type { Progress } from 'longread';
import { createPageCall, type PageCall } from './calls.ts';

export interface Session {
  readonly call: PageCall;
  /** Name and version, as a report says them. */
  readonly browser: string;
  /** Hands the file of a stored document to `write` as it comes; its bytes. Once a session. */
  exportTo(id: string, write: (bytes: Uint8Array) => Promise<void>): Promise<number>;
  /** Bytes that the page's JavaScript holds, arrays included; not those of a worker. Garbage is collected before where `collect`. */
  heapBytes(collect?: boolean): Promise<number>;
  /** Ends the browser as a crash would; the call that runs rejects. */
  crash(): Promise<void>;
  /** Cancels the call that runs: it rejects with AbortedError. */
  abort(): Promise<void>;
  close(): Promise<void>;
}

export interface SessionOptions extends Omit<BrowserOptions, 'adapter'> {
  readonly adapter: AdapterChoice;
  readonly onProgress: (progress: Progress) => void;
}

/** Starts the browser and opens the driven page. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { browserPath, adapter } = options;
  const context = await launchBrowser({ ...options, adapter: adapter.kind });
  const page = context.pages()[0] ?? (await context.newPage());
  await page.exposeFunction('longreadProgress', options.onProgress);
  await page.goto(`${siteAddress}/driven/`);
  await confirmAdapter(page, browserPath, adapter).catch(async (error: unknown) => {
    await context.close();
    throw error;
  });
  const call = createPageCall(page);
  const cdp = await context.newCDPSession(page);
  return {
    call,
    exportTo: async (id, write) => {
      await page.exposeFunction('longreadPiece', (base64: string) => write(Buffer.from(base64, 'base64')));
      return call('send', id);
    },
    browser: `Chromium ${context.browser()?.version() ?? 'of an unknown version'}`,
    heapBytes: async (collect = false) => {
      if (collect) await cdp.send('HeapProfiler.collectGarbage');
      const { usedSize, backingStorageSize } = await cdp.send('Runtime.getHeapUsage');
      return usedSize + backingStorageSize;
    },
    crash: async () => {
      const ended = new Promise((resolve) => context.once('close', resolve));
      await cdp.send('Browser.crash').catch(() => undefined); // nobody is left to answer
      await ended;
    },
    abort: () => page.evaluate(() => window.longreadDriver.abort()),
    close: () => context.close(),
  };
}
