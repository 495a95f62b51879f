// What a browser may refuse: WebGPU, an adapter, storage.
import { expect, openBench, test, tinyModelUrl, tinyText } from './fixtures.ts';

test('a browser without WebGPU is WebGpuUnavailable', async ({ page, site }) => {
  await page.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, 'gpu', { get: () => undefined });
  });
  const { call } = await openBench(page, site);
  const created = call('create', { model: tinyModelUrl, worker: false });
  await expect(created).rejects.toMatchObject({ code: 'WebGpuUnavailable' });
});

test('no adapter is WebGpuUnavailable', async ({ page, site }) => {
  await page.addInitScript(() => {
    GPU.prototype.requestAdapter = () => Promise.resolve(null);
  });
  const { call } = await openBench(page, site);
  const created = call('create', { model: tinyModelUrl, worker: false });
  await expect(created).rejects.toMatchObject({ code: 'WebGpuUnavailable' });
});

test('an adapter that gives no device is WebGpuUnavailable, with the reason of the browser', async ({
  page,
  site,
}) => {
  await page.addInitScript(() => {
    GPUAdapter.prototype.requestDevice = () =>
      Promise.reject(new DOMException('the driver crashed', 'OperationError'));
  });
  const { call } = await openBench(page, site);
  await expect(call('create', { model: tinyModelUrl, worker: false })).rejects.toMatchObject({
    code: 'WebGpuUnavailable',
    cause: { name: 'OperationError', message: 'the driver crashed' },
  });
});

test('an adapter that is too small is LimitExceeded, with the limit, its value and the need', async ({
  page,
  site,
}) => {
  await page.addInitScript(() => {
    Object.defineProperty(GPUSupportedLimits.prototype, 'maxStorageBufferBindingSize', {
      get: () => 64 * 1024 * 1024,
    });
  });
  const { call } = await openBench(page, site);
  const created = call('create', { model: tinyModelUrl, worker: false });
  await expect(created).rejects.toMatchObject({
    code: 'LimitExceeded',
    details: { limit: 'maxStorageBufferBindingSize', value: 67_108_864, minimum: 134_217_728 },
  });
});

test('no WebGPU in the worker is WebGpuUnavailable', async ({ playwright, launchOptions, site }) => {
  const args = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-features=WebGPU'];
  const browser = await playwright.chromium.launch({ ...launchOptions, headless: false, args });
  try {
    const { call } = await openBench(await browser.newPage(), site);
    await expect(call('create', { model: tinyModelUrl })).rejects.toMatchObject({
      code: 'WebGpuUnavailable',
    });
  } finally {
    await browser.close();
  }
});

/** Storage buckets, which the DOM types do not have yet. */
interface StorageBuckets {
  open(name: string, options: { quota: number }): Promise<{ readonly indexedDB: IDBFactory }>;
}

test('no storage quota is a StorageQuotaError', async ({ bench: { page, call } }) => {
  // A bucket of one byte, the least there is: Chromium's quota override for an origin does not reach IndexedDB.
  await page.evaluate(async () => {
    const { storageBuckets } = navigator as unknown as { storageBuckets: StorageBuckets };
    const bucket = await storageBuckets.open('full', { quota: 1 });
    Object.defineProperty(window, 'indexedDB', { value: bucket.indexedDB });
  });
  await call('create', { model: tinyModelUrl, worker: false, tune: false });
  await expect(call('ingest', { text: tinyText(900) })).rejects.toMatchObject({ code: 'StorageQuota' });
});
