// Tokenizers of real files against llama.cpp on all random texts (e2e/golden/beside_llama_cpp.py): the packaged model, Gemma 3 270M, and
// where LONGREAD_VOCABULARIES names a folder the ggml-vocab-*.gguf there, which llama.cpp's sources bring.
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import golden from '../../../e2e/golden/llama-cpp.json' with { type: 'json' };
import { findModel } from '../../models/src/find-model.ts';
import { sha256OfFile } from '../../models/src/places.ts';
import { readGgufHeader } from './gguf-header.ts';
import { readTokenizer } from './gguf-tokenizer.ts';
import { randomTexts, unlikeBlocks } from './testing/random-texts.ts';
import type { TokenizerDefinition } from './tokenizer-definition.ts';
import { createTokenizer } from './tokenizer.ts';

const names: Readonly<Record<string, string | undefined>> = { 'gemma-3-270m.Q4_K_M.gguf': 'gemma-3-270m' };
const folder = process.env.LONGREAD_VOCABULARIES;
const isVocabulary = (name: string): boolean => name.startsWith('ggml-vocab-');

const texts = randomTexts(golden.texts);
const files = golden.files.filter(({ name }) => folder !== undefined || !isVocabulary(name));

/** Of a file without weights, too, and of any architecture. */
async function openVocabulary(path: string): Promise<TokenizerDefinition> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const read = async (offset: number, length: number) => {
      const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    };
    const { entries } = await readGgufHeader({ size, read });
    return readTokenizer(entries, { controlsSwallowSpace: false });
  } finally {
    await file.close();
  }
}

test.each(files)('$name', async ({ name, sha256, digests }) => {
  const path = isVocabulary(name)
    ? join(folder ?? '', name)
    : (await findModel(names[name], ({ message }) => console.log(message))).path;
  expect(await sha256OfFile(path)).toBe(sha256);
  const definition = await openVocabulary(path);
  const tokenizer = createTokenizer(definition);
  const { spaceBefore, json } = definition;
  // llama.cpp begins every text; what stands within one is what is compared elsewhere.
  const ids = texts.map((text) => tokenizer.encodeText(spaceBefore ? ` ${text}` : text));
  expect(unlikeBlocks(ids, digests, golden.texts), 'see beside_llama_cpp.py --show BLOCK FILE').toEqual([]);
  const wrong = texts.filter((text, i) => {
    const decoder = tokenizer.createDecoder();
    const decoded = (ids[i] ?? []).map((id) => decoder.push(id)).join('') + decoder.end();
    const shown = json.normalizer === null ? text : text.replaceAll('\u2581', ' ');
    return decoded !== shown && tokenizer.encodeSpans(text).unread.length === 0;
  });
  expect(wrong.slice(0, 5), 'decode to something else').toEqual([]);
});
