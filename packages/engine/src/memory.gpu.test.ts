// The memory plan and the engine's own count against what the device was asked for, counted at the WebGPU API, on a tiny model: the
// count is the same, the plan within 2 %, which is less than any item of it.
import { tinyLlama } from '@longread/formats/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine, MemoryStats, Progress } from './api.ts';
import { watchAllocations, type Allocations } from './testing/allocations.ts';
import { createTinyEngine, tinyProse } from './testing/tiny.ts';

let allocations: Allocations;
let engine: Engine;
beforeAll(async () => {
  allocations = watchAllocations();
  engine = await createTinyEngine();
});
afterAll(async () => {
  await engine.dispose();
  const { liveBytes } = allocations;
  allocations.release();
  expect(liveBytes).toBe(0);
});

/** @returns what `work` gave, after its plan and its own count were held to what the device made meanwhile. */
async function measured<T>(work: Promise<T>, memoryOf: (value: T) => MemoryStats): Promise<T> {
  const value = await work;
  const made = allocations.takePeak();
  const { plannedBytes, peakBytes, items } = memoryOf(value);
  const message = `planned ${plannedBytes}, counted ${peakBytes}, made ${made}: ${JSON.stringify(items)}`;
  expect(made, message).toBeGreaterThan(0);
  expect(peakBytes, message).toBe(made);
  expect(plannedBytes / made, message).toBeGreaterThan(0.98);
  expect(plannedBytes / made, message).toBeLessThan(1.02);
  expect(Math.min(...items.map(({ bytes }) => bytes))).toBeGreaterThan(0.02 * made);
  return value;
}

test('reading, asking by every strategy, opening', async () => {
  allocations.takePeak();
  const read = await measured(engine.ingest(tinyProse(160)), ({ memory }) => memory);
  const options = { maxNewTokens: 12, gather: { gatherSize: 128 } };
  for (const strategy of [
    'reform',
    'h2o',
    'cascade',
    'zsmerge',
    'pages',
    'truncate',
    'bm25',
    'layer',
    'chunks',
    'fold',
    'reform',
  ] as const) {
    const answer = read.ask('where?', { ...options, strategy }).result();
    await measured(answer, ({ stats }) => stats.memory);
  }
  // The answers' cache is let go before the document is read, and made again by the next question.
  let isReading = false;
  const onProgress = ({ phase }: Progress) => {
    if (phase !== 'compress' || isReading) return;
    isReading = true;
    expect(allocations.takePeak()).toBeGreaterThan(allocations.liveBytes);
  };
  const short = await measured(engine.ingest(tinyProse(25), { onProgress }), ({ memory }) => memory);
  for (const strategy of ['full', 'snapkv'] as const) {
    const answer = short.ask('where?', { ...options, strategy }).result();
    await measured(answer, ({ stats }) => stats.memory);
  }
  isReading = false;
  await measured(short.append(tinyProse(25, 4), { onProgress }), () => short.memory);
  await Promise.all([read.close(), short.close()]);
  allocations.takePeak();
  await measured(engine.documents.open(read.manifest.id), ({ memory }) => memory);
});

test('a long window takes room once a question needs it', async () => {
  const long = await createTinyEngine({ model: new Blob([tinyLlama(7, { contextLength: 262_144 })]) });
  const { gpuBytes, contextLength } = await long.info();
  expect(contextLength).toBe(262_144);
  const book = await long.ingest(tinyProse(25));
  const ask = (maxNewTokens: number) => book.ask('where?', { maxNewTokens, stop }).result();
  const stop: string[] = [];
  const short = await ask(8);
  stop.push(short.text.slice(0, 1));
  expect(gpuBytes).toBeLessThan(8e6);
  // 5,000 positions: angles and scores are made anew, and the answer is the same.
  const { evidence, stats } = await ask(5000);
  expect(evidence).toEqual(short.evidence);
  expect(stats.memory.peakBytes).toBeGreaterThan(gpuBytes + 8e6);
  expect(stats.memory.plannedBytes / stats.memory.peakBytes).toBeCloseTo(1, 2);
  stop.pop();
  expect((await ask(8)).text).toBe(short.text);
  await long.dispose();
});

test('reading takes more than an open document does, and gives it back', async () => {
  await engine.ingest(tinyProse(160, 2)); // what answers left is gone
  const before = allocations.liveBytes;
  allocations.takePeak();
  const { memory } = await engine.ingest(tinyProse(160, 3)); // a text that is not stored
  const peak = allocations.takePeak();
  const bytesOf = (wanted: string) => memory.items.find(({ name }) => name === wanted)?.bytes ?? NaN;
  const reading = bytesOf('reading');
  expect(reading).toBeGreaterThan(0);
  expect(peak - allocations.liveBytes).toBeGreaterThan(0.9 * reading);
  expect(allocations.liveBytes).toBeGreaterThan(before);
  expect((await engine.info()).gpuBytes).toBe(allocations.liveBytes);
});
