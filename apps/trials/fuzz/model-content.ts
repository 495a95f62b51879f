// What the engine takes from a model, whatever its format, so that two files of it can be compared.
import { createHash } from 'node:crypto';
import { LongreadError, weightBytes } from '@longread/core';
import { createTokenizer, type ModelFile } from '@longread/formats';

const stagingBytes = 1 << 16;

/** All of it in one hash: configuration, every tensor's rows, what the tokenizer does. */
export async function contentOf(file: ModelFile): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(file.config));
  for (const tensor of file.tensors) {
    hash.update(JSON.stringify([tensor.id, tensor.layout, weightBytes(tensor.layout)]));
    for await (const { quants, scales } of file.readRows(tensor, stagingBytes))
      hash.update(quants).update(scales);
  }
  const tokenizer = createTokenizer(file.tokenizer);
  const ids = tokenizer.encodeText('The quick brown fox, 12345 times.\n\nWhy not?');
  const decoder = tokenizer.createDecoder();
  const text = ids.map((id) => decoder.push(id)).join('');
  const prompt = tokenizer.encodeTemplate(tokenizer.renderChat([{ role: 'user', content: 'Who?' }]));
  return hash.update(JSON.stringify([ids, text, prompt, tokenizer.endOfTurnIds])).digest('hex');
}

/** True when it ends in a typed error; throws any other. */
export async function isRefused(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return false;
  } catch (error) {
    if (error instanceof LongreadError) return true;
    throw error;
  }
}
