// The memory plan against what the engine allocates, on a tiny model: within 5 % in every phase.
import { expect, onTestFinished, test } from 'vitest';
import type { MemoryStats } from './api.ts';
import { createTinyEngine, tinyProse } from './testing/tiny.ts';

function expectTrue({ plannedBytes, peakBytes, items }: MemoryStats): void {
  const share = plannedBytes / peakBytes;
  const message = `planned ${plannedBytes}, took ${peakBytes}: ${JSON.stringify(items)}`;
  expect(share, message).toBeGreaterThan(0.95);
  expect(share, message).toBeLessThan(1.05);
}

test('reading, asking by every strategy, opening', async () => {
  const engine = await createTinyEngine();
  onTestFinished(() => engine.dispose());
  const read = await engine.ingest(tinyProse(160));
  expectTrue(read.memory);
  const options = { maxNewTokens: 12, gather: { gatherSize: 128 } };
  for (const strategy of ['reform', 'h2o', 'reform'] as const) {
    expectTrue((await read.ask('where?', { ...options, strategy }).result()).stats.memory);
  }
  const short = await engine.ingest(tinyProse(25));
  expectTrue(short.memory);
  expectTrue((await short.ask('where?', { ...options, strategy: 'full' }).result()).stats.memory);
  await Promise.all([read.close(), short.close()]);
  expectTrue((await engine.documents.open(read.manifest.id)).memory);
});

test('reading takes more than an open document does', async () => {
  const engine = await createTinyEngine();
  onTestFinished(() => engine.dispose());
  const { memory } = await engine.ingest(tinyProse(160));
  const reading = memory.items.find(({ name }) => name === 'reading')?.bytes ?? 0;
  expect(reading).toBeGreaterThan(0);
  const { gpuBytes } = await engine.info();
  expect(memory.peakBytes - gpuBytes).toBeGreaterThan(0.9 * reading);
});
