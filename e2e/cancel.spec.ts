// Cancel in every phase: AbortedError, and the engine goes on working.
import { expect, test, tinyModelUrl, tinyText } from './fixtures.ts';

const text = tinyText(1200);

for (const worker of [true, false]) {
  const where = worker ? 'in the worker' : 'in place';

  for (const phase of ['fetch', 'verify', 'load'] as const)
    test(`cancel during ${phase}, ${where}`, async ({ bench: { page, call } }) => {
      await page.evaluate((name) => window.longreadBench.abortAt(name), phase);
      const created = call('create', { model: tinyModelUrl, worker });
      await expect(created).rejects.toMatchObject({ code: 'Aborted' });
      await expect(call('create', { model: tinyModelUrl, worker })).resolves.toMatchObject({ model: 'Tiny' });
    });

  for (const phase of ['tokenize', 'compress'] as const)
    test(`cancel during ${phase}, ${where}`, async ({ bench: { page, call } }) => {
      await call('create', { model: tinyModelUrl, worker });
      await page.evaluate((name) => window.longreadBench.abortAt(name), phase);
      await expect(call('ingest', { text })).rejects.toMatchObject({ code: 'Aborted' });
      const whole = await call('ingest', { text });
      expect(whole.numChunks).toBeGreaterThan(2);
    });

  for (const phase of ['gather', 'recompute', 'decode'] as const)
    test(`cancel during ${phase}, ${where}`, async ({ bench: { page, call } }) => {
      await call('create', { model: tinyModelUrl, worker });
      await call('ingest', { text });
      await page.evaluate((name) => window.longreadBench.abortAt(name), phase);
      const options = { maxNewTokens: 64 };
      await expect(call('ask', 'Where?', options)).rejects.toMatchObject({ code: 'Aborted' });
      const { stats } = await call('ask', 'Where?', options);
      expect(stats.generatedTokens).toBeGreaterThan(0);
    });
}
