// What is long streams through: the JavaScript heap never holds the model, nor more of a long text than of a short one.
import { rareProse } from '@longread/formats/testing';
import { defaultModelSha256 } from '@longread/models';
import type { Page } from '@playwright/test';
import { expect, test, type Bench } from './fixtures.ts';

const limitBytes = 64 * 1024 * 1024;
const growthBytes = 32e6;

/** The most that the page's heap held meanwhile, its arrays and garbage with it. */
async function peakDuring(page: Page, work: () => Promise<unknown>): Promise<number> {
  const cdp = await page.context().newCDPSession(page);
  const readHeap = async (): Promise<number> => {
    const { usedSize, backingStorageSize } = await cdp.send('Runtime.getHeapUsage');
    return usedSize + backingStorageSize;
  };
  await cdp.send('HeapProfiler.collectGarbage');
  let peak = await readHeap();
  let samples = 0;
  const over = new AbortController();
  const working = work().finally(() => over.abort());
  while (!over.signal.aborted) {
    peak = Math.max(peak, await readHeap());
    samples++;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await working;
  expect(samples).toBeGreaterThan(1);
  return peak;
}

// In place: a worker's heap is its own, and this measures the page's.
const load = ({ call }: Bench) =>
  call('create', { model: '/model.gguf', sha256: defaultModelSha256, worker: false, tune: false });

test('loading the 98 MB model keeps the heap under 64 MB', async ({ bench }) => {
  const peak = await peakDuring(bench.page, () => load(bench));
  console.log(`heap peak ${(peak / 1e6).toFixed(1)} MB`);
  expect(peak).toBeLessThan(limitBytes);
});

test('knowing a text of a million tokens takes the heap of a short one', async ({ bench, site }) => {
  const { page, call } = bench;
  await load(bench);
  /** What it takes until the model would begin to read it. */
  const survey = async (numChars: number): Promise<number> => {
    site.files.set('/text.txt', rareProse(numChars));
    await page.evaluate(() => window.longreadDriver.abortAt('compress'));
    return peakDuring(page, () =>
      expect(call('ingest', { url: '/text.txt' })).rejects.toMatchObject({ code: 'Aborted' }),
    );
  };
  const [short, long] = [await survey(50_000), await survey(4_000_000)];
  console.log(
    `heap peak ${(short / 1e6).toFixed(1)} MB of a short text, ${(long / 1e6).toFixed(1)} MB of a long one`,
  );
  expect(long - short).toBeLessThan(growthBytes);
});
