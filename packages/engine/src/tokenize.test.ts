// Cancelling while a long text is tokenized: messages get their turn between pieces.
import { createTokenizer, openGguf } from '@longread/formats';
import { bytesSource, tinyLlama } from '@longread/formats/testing';
import { expect, test } from 'vitest';
import { tokenize } from './tokenize.ts';

const { tokenizer: definition } = await openGguf(bytesSource(tinyLlama(7)));
const tokenizer = createTokenizer(definition);
const text = 'the rain and the wind in the harbour '.repeat(40_000);

test('a cancel that comes by a message ends it early', async () => {
  const controller = new AbortController();
  let done = 0;
  const tokenizing = tokenize(tokenizer, text, {
    maxTokens: 0,
    signal: controller.signal,
    onProgress: (progress) => (done = progress.done),
  });
  setTimeout(() => controller.abort());
  await expect(tokenizing).rejects.toMatchObject({ code: 'Aborted', details: { during: 'tokenize' } });
  expect(done).toBeGreaterThan(0);
  expect(done).toBeLessThan(text.length / 2);
});
