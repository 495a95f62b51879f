// What is kept, by addresses: whole files count, parts all together, a hub's by what a load would choose.
import { expect, test } from 'vitest';
import { listKept } from './kept.ts';
import { holdsModel } from './model/holds-model.ts';

const file = (url: string, complete = true) => ({ url, sizeBytes: 10, complete });
const base = 'https://models.example';
const hub = 'https://huggingface.co/owner/repo/resolve/main';

test.for([
  ['the file itself', [file(`${base}/a.gguf`)], `${base}/a.gguf`, true],
  ['a fragment is not the address', [file(`${base}/a.gguf`)], `${base}/a.gguf#2`, true],
  ['another version is another file', [file(`${base}/a.gguf?sha256=1`)], `${base}/a.gguf?sha256=2`, false],
  ['a download that was cut does not count', [file(`${base}/a.gguf`, false)], `${base}/a.gguf`, false],
  [
    'one part of two does not',
    [file(`${base}/a-00001-of-00002.gguf`)],
    `${base}/a-00001-of-00002.gguf`,
    false,
  ],
  [
    'both do, whichever is named',
    [file(`${base}/a-00001-of-00002.gguf`), file(`${base}/a-00002-of-00002.gguf`)],
    `${base}/a-00002-of-00002.gguf`,
    true,
  ],
  ['a repository by a file of it', [file(`${hub}/a-Q4_K_M.gguf`)], 'hf:owner/repo', true],
  ['not by that of another one', [file(`${hub}/a-Q4_K_M.gguf`)], 'hf:owner/other', false],
  ['nor by another file than is named', [file(`${hub}/a-Q4_K_M.gguf`)], 'hf:owner/repo:Q8_0', false],
] as const)('%s', ([, stored, address, expected]) => {
  expect(holdsModel(stored, address)).toBe(expected);
});

test('in Node nothing is kept', async () => {
  const kept = await listKept();
  expect(kept).toMatchObject({ models: [], documents: [] });
  expect(kept.has(`${base}/a.gguf`)).toBe(false);
});
