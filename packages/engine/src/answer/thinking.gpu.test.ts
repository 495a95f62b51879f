// Thoughts of a model whose chat template has a switch for them: none unless asked for, then apart from the answer and its pieces.
import { tinyLlama } from '@longread/formats/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine, LongreadDocument } from '../api.ts';
import { createTinyEngine, tinyHeadDim, tinyProse } from '../testing/tiny.ts';

const template = `{{ messages[-1].content }}<|im_end|>{{ '<think>\n' if enable_thinking else '<think>\n\n</think>\n\n' }}`;

let engine: Engine;
let document: LongreadDocument;
beforeAll(async () => {
  const metadata = { 'tokenizer.chat_template': template };
  engine = await createTinyEngine({ model: new Blob([tinyLlama(7, { headDim: tinyHeadDim, metadata })]) });
  document = await engine.ingest(tinyProse(60));
});
afterAll(() => engine.dispose());

const settings = { maxNewTokens: 12, gather: { gatherSize: 64 } };

async function read(options: object) {
  const stream = document.ask('where?', { ...settings, ...options });
  let streamed = '';
  for await (const { text } of stream) streamed += text;
  return { streamed, answer: await stream.result() };
}

test('none unless asked for', async () => {
  const { streamed, answer } = await read({});
  expect(answer).not.toHaveProperty('thought');
  expect(answer.text).not.toBe('');
  expect(streamed).toBe(answer.text);
});

test('asked for, a thought that the limit cuts is no answer', async () => {
  const { streamed, answer } = await read({ thinking: true });
  expect([streamed, answer.text, answer.finish]).toEqual(['', '', 'length']);
  expect(answer.thought).toMatch(/\S/);
  expect(answer.stats.generatedTokens).toBe(settings.maxNewTokens);
});

test('what stops an answer stops no thought', async () => {
  const { answer } = await read({ thinking: true });
  const [letter = ''] = answer.thought ?? '';
  const { answer: again } = await read({ thinking: true, stop: [letter] });
  expect(again.thought).toBe(answer.thought);
});

test('the window keeps room for one', async () => {
  const { answer: asked } = await document.contextUsage('where?', { gather: { gatherSize: 64 } });
  expect(asked).toBe(64);
  const refused = document.ask('where?', { thinking: true, gather: { gatherSize: 64 } }).result();
  await expect(refused).rejects.toMatchObject({ code: 'LimitExceeded' }); // 1,024 in a window of 512
});
