// Cancel in every phase: AbortedError, and the engine goes on working.
import type { Progress } from 'longread';
import { expect, test, tinyModelUrl, tinyText, type Bench } from './fixtures.ts';

const text = tinyText(1200);

/** Cancels `run` as soon as it reports `phase`. */
async function expectCancelled(
  { page }: Bench,
  phase: Progress['phase'],
  run: () => Promise<unknown>,
): Promise<void> {
  await test.step(phase, async () => {
    await page.evaluate((name) => window.longreadDriver.abortAt(name), phase);
    await expect(run(), phase).rejects.toMatchObject({ code: 'Aborted' });
  });
}

for (const worker of [true, false])
  test(`cancel in every phase, ${worker ? 'in the worker' : 'in place'}`, async ({ bench }) => {
    const { call } = bench;
    const create = () => call('create', { model: tinyModelUrl, worker, tune: false });
    for (const phase of ['fetch', 'verify', 'load'] as const) await expectCancelled(bench, phase, create);
    await create();

    const ingest = () => call('ingest', { text });
    for (const phase of ['tokenize', 'compress'] as const) await expectCancelled(bench, phase, ingest);
    const { numChunks } = await ingest();
    expect(numChunks).toBeGreaterThan(2);

    const ask = () => call('ask', 'Where?', { maxNewTokens: 64 });
    for (const phase of ['gather', 'recompute', 'decode'] as const) await expectCancelled(bench, phase, ask);
    const { stats } = await ask();
    expect(stats.generatedTokens).toBeGreaterThan(0);
  });
