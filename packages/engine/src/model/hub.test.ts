// Models as transformers saved them (e2e/golden/hub_files.py), opened as the engine does, in float64 against the logits that transformers
// computes with them; and what quantising at load costs.
import { readdirSync, readFileSync } from 'node:fs';
import { nmse } from '@longread/core';
import { expect, test } from 'vitest';
import golden from '../../../../e2e/golden/hub/hub.json' with { type: 'json' };
import { openModel } from '../load.ts';
import { createReference } from '../testing/reference.ts';

const folder = new URL('../../../../e2e/golden/hub/', import.meta.url);
const bytesOf = (path: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(new URL(path, folder)));

const open = (name: string, weights: 'file' | 'int8' | 'int4') => {
  const files = readdirSync(new URL(name, folder));
  return openModel({ model: files.map((file) => new File([bytesOf(`${name}/${file}`)], file)), weights });
};

/** NMSE of the logits after the prompt. */
async function lossOf(
  { name, numPrompt, ids }: (typeof golden)[number],
  weights: Parameters<typeof open>[1],
) {
  const { file } = await open(name, weights);
  const saved = new Float32Array(bytesOf(`${name}.f32`).buffer).subarray(0, file.config.vocabSize);
  return nmse((await createReference(file))(ids.slice(0, numPrompt)).logits, saved);
}

test.each(golden)('$name gives the logits that transformers gives', async (model) => {
  expect(await lossOf(model, 'file')).toBeLessThan(1e-9);
});

const inFours = ['gemma3', 'smollm3', 'olmo3', 'lfm2']; // their rows have 48 columns
const inGroups = golden.filter(({ name }) => !inFours.includes(name));

test.each(inGroups)('$name loses what docs/models.md says when it is quantised at load', async (model) => {
  expect(await lossOf(model, 'int8')).toBeLessThan(1e-2);
  expect(await lossOf(model, 'int4')).toBeLessThan(0.3);
});

test('a model whose rows are no whole groups is not quantised', async () => {
  await expect(open('gemma3', 'int8')).rejects.toMatchObject({ code: 'InvalidInput' });
});
