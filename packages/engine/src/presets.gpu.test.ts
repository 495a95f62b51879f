// A document's own preset: read in it, and opened, asked and continued in it by any engine of the model.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CalibrationData } from '@longread/core';
import type { Engine, EngineOptions, LongreadDocument } from './api.ts';
import { createTinyEngine, tinyProse } from './testing/tiny.ts';

const calibration: CalibrationData = {
  modelName: 'tiny',
  modelSha256: null,
  presets: {
    skim: { scoring: 'late-interaction', heads: ['L1.K0'], gatherSize: 96 },
    read: { scoring: 'standardised', heads: ['L2.Q1', 'L1.K0', 'L0.V1'], gatherSize: 160 },
  },
  measured: 'by hand',
};
const sizes = { chunkSize: 64, budget: 96, recent: 24 };
const database = 'presets';
const engineIn = (preset?: EngineOptions['preset']) =>
  createTinyEngine({ database, calibration, read: sizes, ...(preset && { preset }) });

let engine: Engine;
let shallow: Engine;
beforeAll(async () => {
  engine = await engineIn();
  shallow = await engineIn('skim');
});
afterAll(async () => {
  await engine.dispose();
  await shallow.dispose();
});

const text = tinyProse(160, 71);
const more = ` ${tinyProse(60, 72)}`;
const ask = async (document: LongreadDocument) => {
  const {
    text: answer,
    evidence,
    gathered,
    stats,
  } = await document.ask('where?', { maxNewTokens: 6 }).result();
  return { answer, evidence, gathered, tokens: stats.gatheredTokens };
};

describe('a preset', () => {
  test('is of the document: read, asked and continued as by an engine of that preset', async () => {
    const document = await engine.ingest(text, { preset: 'skim', title: 'Skimmed' });
    expect(document.manifest.settings).toMatchObject({
      exitLayer: 2,
      heads: [{ layer: 1, type: 'K', head: 0 }],
    });
    const { plannedBytes, peakBytes } = document.memory;
    expect(peakBytes).toBeLessThanOrEqual(plannedBytes);
    const answered = await ask(document);
    expect(answered.tokens).toBe(96);
    const same = await shallow.documents.open(document.manifest.id);
    expect(await ask(same)).toEqual(answered);
    await same.append(more);
    const reopened = await engine.documents.open(document.manifest.id);
    expect(reopened.manifest.settings.exitLayer).toBe(2);
    expect(await ask(reopened)).toEqual(await ask(same));
    expect((await reopened.contextUsage('where?')).gathered).toBe(96);
  });

  test('makes another document of the same text, and each is found again', async () => {
    const [read, skimmed] = [await engine.ingest(more), await engine.ingest(more, { preset: 'skim' })];
    expect(read.manifest.id).not.toBe(skimmed.manifest.id);
    expect(read.manifest.settings.exitLayer).toBe(3);
    expect((await ask(read)).tokens).toBeGreaterThan((await ask(skimmed)).tokens);
    const again = await shallow.ingest(more);
    expect(again).toMatchObject({ opened: true, manifest: { id: skimmed.manifest.id } });
    // Documents of two presets cannot be searched as one.
    const together = engine.documents.together([read.manifest.id, skimmed.manifest.id]);
    await expect(together).rejects.toMatchObject({ code: 'Integrity' });
    const one = await engine.documents.together([skimmed.manifest.id]);
    expect((await one.ask('where?', { maxNewTokens: 2 }).result()).stats.gatheredTokens).toBeGreaterThan(0);
  });

  test('that goes deeper reads from what is stored, with title, places and notes', async () => {
    const outline = [{ start: 0, kind: 'heading', label: 'One' }] as const;
    const given = { title: 'Deeper', outline, notes: ['Of a scan.'] };
    const skimmed = await engine.ingest(tinyProse(80, 73), { ...given, preset: 'skim' });
    await skimmed.append(more);
    const read = await skimmed.reread('read');
    expect(read.manifest).toMatchObject({ title: 'Deeper', numChars: skimmed.manifest.numChars });
    expect(read.manifest.settings.exitLayer).toBe(3);
    expect(await read.text()).toBe(await skimmed.text());
    expect(await read.outline()).toEqual(outline);
    expect(read.notes).toEqual(['Of a scan.']);
    expect((await skimmed.reread('read')).manifest.id).toBe(read.manifest.id);
    expect((await ask(skimmed)).tokens).toBe(96);
  });

  test('of which nothing was measured is read as the usual one', async () => {
    const { manifest } = await engine.ingest(text, { preset: 'study' });
    expect(manifest.settings.exitLayer).toBe(3);
  });

  test('is told from others by what stored documents have', async () => {
    const { presets } = await engine.info();
    expect(presets.map(({ name, exitLayer, gatherSize }) => [name, exitLayer, gatherSize])).toEqual([
      ['skim', 2, 96],
      ['read', 3, 160],
      ['study', 3, 160],
    ]);
    expect(presets).toEqual((await shallow.info()).presets);
    const [skim, read, study] = presets.map(({ fingerprint }) => fingerprint);
    expect(study).toBe(read);
    expect((await engine.ingest(text, { preset: 'skim' })).manifest.fingerprint).toBe(skim);
    expect((await shallow.ingest(text, { preset: 'read' })).manifest.fingerprint).toBe(read);
  });

  test('is planned with what it costs', async () => {
    const plans = await Promise.all(
      (['skim', 'read'] as const).map((preset) => engine.plan({ tokens: 10_000, preset })),
    );
    const [skim, read] = plans;
    expect(skim?.storageBytes).toBeLessThan(read?.storageBytes ?? 0);
    expect(skim?.gpuBytes).toBeLessThan(read?.gpuBytes ?? 0);
    expect((read?.readSeconds ?? 0) / (skim?.readSeconds ?? 1)).toBeCloseTo(3 / 2); // by layers
  });

  test('that there is not is refused, before anything is read', async () => {
    const reading = engine.ingest(text, { preset: 'deep' as never });
    await expect(reading).rejects.toThrow("There is no preset 'deep'. Use one of skim, read, study.");
    await expect(engine.plan({ tokens: 5, preset: '' as never })).rejects.toMatchObject({
      code: 'InvalidInput',
    });
  });
});
