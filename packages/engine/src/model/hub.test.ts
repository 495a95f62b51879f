// Models as transformers saved them (e2e/golden/hub_files.py), opened as the engine does, in float64 against the logits that transformers
// computes with them; and what quantising at load costs.
import { readdirSync, readFileSync } from 'node:fs';
import { nmse } from '@longread/core';
import { describe, expect, test } from 'vitest';
import golden from '../../../../e2e/golden/hub/hub.json' with { type: 'json' };
import { openModel } from '../load.ts';
import { createReference } from '../testing/reference.ts';

const folder = new URL('../../../../e2e/golden/hub/', import.meta.url);
const filesOf = (name: string): readonly File[] =>
  readdirSync(new URL(name, folder)).map(
    (file) => new File([readFileSync(new URL(`${name}/${file}`, folder))], file),
  );

describe.each(golden)('$name', ({ name, numPrompt, ids }) => {
  const all = new Float32Array(new Uint8Array(readFileSync(new URL(`${name}.f32`, folder))).buffer);
  const wanted = all.subarray(0, 288);
  const prompt = ids.slice(0, numPrompt);
  const logitsWith = async (weights: 'file' | 'int8' | 'int4') => {
    const { file } = await openModel({ model: filesOf(name), weights });
    expect(file.config.vocabSize).toBe(288);
    return (await createReference(file))(prompt).logits;
  };

  test('gives the logits that transformers gives', async () => {
    expect(nmse(await logitsWith('file'), wanted)).toBeLessThan(1e-9);
  });

  const isGrouped = name !== 'gemma3'; // of 48 columns

  test.runIf(isGrouped)('loses what docs/models.md says when it is quantised at load', async () => {
    const losses = [nmse(await logitsWith('int8'), wanted), nmse(await logitsWith('int4'), wanted)];
    expect(losses[0]).toBeLessThan(1e-2);
    expect(losses[1]).toBeLessThan(0.3);
  });

  test.runIf(!isGrouped)('is not quantised, as its rows are no whole groups', async () => {
    await expect(logitsWith('int8')).rejects.toMatchObject({ code: 'InvalidInput' });
  });
});
