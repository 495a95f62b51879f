// Tiny models whose layers are of several kinds (e2e/golden/families.py), in the whole engine: with convolutions or delta layers between
// those that attend, and with layers that share keys and values, heads of two sizes, and inputs by layer. What they carry and keep is
// stored, resumed, exported and planned for, and every strategy goes on from it.
import type { ReadSettings } from '@longread/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import lfm2 from '../../../e2e/golden/families/lfm2.gguf?url';
import gemma4 from '../../../e2e/golden/families/gemma4.gguf?url';
import qwen35 from '../../../e2e/golden/families/qwen35.gguf?url';
import type { Engine, LongreadDocument } from './api.ts';
import { watchAllocations } from './testing/allocations.ts';
import { storedOf } from './testing/stored.ts';
import { createTinyEngine, tinyProse } from './testing/tiny.ts';

/** With heads of layer 1 and of the highest. */
const readTo = (highest: number): ReadSettings => ({
  chunkSize: 64,
  budget: 96,
  recent: 24,
  exitLayer: highest + 1,
  heads: [
    { layer: highest, type: 'Q', head: 1 },
    { layer: 1, type: 'K', head: 0 },
  ],
});
const prose = tinyProse(120, 3);
const options = { maxNewTokens: 8, gather: { gatherSize: 96 } };

/** Of the layers below the exit layer. */
interface Kept {
  readonly carriedFloats: number;
  /** One KV head each; sizes of their heads. */
  readonly heads: readonly number[];
}

describe.each<[string, string, number, Kept]>([
  // Layers 1 and 3 attend. Two columns of the hidden state.
  ['lfm2', lfm2, 3, { carriedFloats: 2 * 2 * 48, heads: [16] }],
  // Three columns of two query, two key and four value heads of 16, and a matrix a value head.
  ['qwen35', qwen35, 3, { carriedFloats: 2 * (3 * 8 * 16 + 4 * 16 * 16), heads: [32] }],
  // Layers 1 and 4 see everything; 5 and 6 share.
  ['gemma4', gemma4, 4, { carriedFloats: 0, heads: [16, 32, 16, 16] }],
])('%s', (_, url, highest, kept) => {
  const read = readTo(highest);
  const database = `test ${crypto.randomUUID()}`;

  let model: Blob;
  let engine: Engine;
  beforeAll(async () => {
    const response = await fetch(url);
    model = await response.blob();
    engine = await createTinyEngine({ model, read, database });
  });
  afterAll(() => engine.dispose());

  const stored = (document: LongreadDocument) => storedOf(database, document);
  const answerOf = async (document: LongreadDocument) => {
    const { text, evidence } = await document.ask('where?', options).result();
    return { text, evidence };
  };

  test('an interrupted reading ends in the same state, which holds what layers keep and carry', async () => {
    const whole = await engine.ingest(prose, { title: 'Whole' });
    const { state } = await stored(whole);
    const { carriedFloats, heads } = kept;
    expect(state?.carried?.length ?? 0).toBe(carriedFloats);
    expect(state?.scores).toHaveLength(96 * heads.length);
    expect(state?.keys).toHaveLength(96 * heads.reduce((sum, size) => sum + size, 0));
    expect(new Set(state?.carried ?? state?.keys).size).toBeGreaterThan(100);

    const controller = new AbortController();
    const partial = await engine.ingest(prose, { maxTokens: 128 });
    const rest = prose.slice(partial.manifest.numChars);
    const onProgress = ({ phase, done }: { readonly phase: string; readonly done: number }) => {
      if (phase === 'compress' && done > 90) controller.abort();
    };
    await expect(partial.append(rest, { signal: controller.signal, onProgress })).rejects.toMatchObject({
      code: 'Aborted',
    });
    await partial.close();
    const reopened = await engine.documents.open(partial.manifest.id);
    await reopened.append(rest);
    expect(await stored(reopened)).toEqual(await stored(whole));
    expect(await answerOf(reopened)).toEqual(await answerOf(whole));
  });

  test('an exported document answers elsewhere as here', async () => {
    const document = await engine.ingest(tinyProse(120, 4));
    const wanted = await answerOf(document);
    const bytes = await new Response(await document.export()).blob();
    const { id } = document.manifest;
    await document.close();
    await engine.documents.delete(id);
    await engine.documents.import(bytes.stream());
    expect(await answerOf(await engine.documents.open(id))).toEqual(wanted);
  });

  test.each([
    'reform',
    'h2o',
    'tova',
    'snapkv',
    'cascade',
    'zsmerge',
    'streaming',
    'pages',
    'truncate',
    'bm25',
    'layer',
    'chunks',
  ] as const)('%s answers like full when there is room for everything, twice', async (strategy) => {
    const document = await engine.ingest(tinyProse(20, 5));
    const gather = { gatherSize: document.manifest.numTokens + 40 };
    const asked = { maxNewTokens: 12, gather };
    const full = await document.ask('where?', { ...asked, strategy: 'full' }).result();
    for (let i = 0; i < 2; i++) {
      const { text } = await document.ask('where?', { ...asked, strategy }).result();
      expect(text).toBe(full.text);
    }
    await document.close();
  });

  test('memory is planned within 2 % of what is made', async () => {
    const allocations = watchAllocations();
    const other = await createTinyEngine({ model, read });
    try {
      allocations.takePeak();
      const document = await other.ingest(tinyProse(160));
      const ofReading = { made: allocations.takePeak(), planned: document.memory.plannedBytes };
      const of = [ofReading];
      for (const strategy of ['reform', 'h2o', 'pages', 'layer'] as const) {
        const { stats } = await document.ask('where?', { ...options, strategy }).result();
        of.push({ made: allocations.takePeak(), planned: stats.memory.plannedBytes });
      }
      for (const { made, planned } of of) expect(Math.abs(planned / made - 1)).toBeLessThan(0.02);
    } finally {
      await other.dispose();
      const { liveBytes } = allocations;
      allocations.release();
      expect(liveBytes).toBe(0);
    }
  });
});
