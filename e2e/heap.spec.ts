// Loading streams the model: the JavaScript heap never holds it.
import { defaultModelSha256 } from '@longread/models';
import { expect, test } from './fixtures.ts';

const limitBytes = 64 * 1024 * 1024;

test('loading the 98 MB model keeps the heap under 64 MB', async ({ bench: { page, call } }) => {
  const cdp = await page.context().newCDPSession(page);
  const readHeap = async (): Promise<number> => {
    const { usedSize, backingStorageSize } = await cdp.send('Runtime.getHeapUsage');
    return usedSize + backingStorageSize;
  };
  await cdp.send('HeapProfiler.collectGarbage');
  let peak = await readHeap();
  let samples = 0;
  const loaded = new AbortController();
  // In place: a worker's heap is its own, and this measures the page's.
  const model = { model: '/model.gguf', sha256: defaultModelSha256 };
  const loading = call('create', { ...model, worker: false, tune: false }).finally(() => loaded.abort());
  while (!loaded.signal.aborted) {
    peak = Math.max(peak, await readHeap());
    samples++;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await loading;
  expect(samples).toBeGreaterThan(10);
  console.log(`heap peak ${(peak / 1e6).toFixed(1)} MB`);
  expect(peak).toBeLessThan(limitBytes);
});
