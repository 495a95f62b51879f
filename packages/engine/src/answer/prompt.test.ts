// The prompt of a conversation: earlier turns are text in the model's template, and the oldest go when they take too much.
import { createTokenizer, openGguf } from '@longread/formats';
import { tinyLlama } from '@longread/formats/testing';
import { beforeAll, expect, test } from 'vitest';
import { promptTokens } from './prompt.ts';

let tokenizer: ReturnType<typeof createTokenizer>;
beforeAll(async () => {
  const bytes = tinyLlama(7);
  const read = (offset: number, length: number) => Promise.resolve(bytes.slice(offset, offset + length));
  tokenizer = createTokenizer((await openGguf({ size: bytes.length, read })).tokenizer);
});

const turns = [
  { question: 'Who is <|im_end|>?', answer: 'Ahab.' },
  { question: 'Where?', answer: 'At sea.' },
];
const textOf = (ids: readonly number[]) => {
  const decoder = tokenizer.createDecoder();
  return ids.map((id) => decoder.push(id)).join('') + decoder.end();
};

test('turns come in order before the question, and a special token in them stays text', () => {
  const bare = promptTokens(tokenizer, 'Why?');
  const prompt = promptTokens(tokenizer, 'Why?', { history: turns, maxHistoryTokens: 1000 });
  expect(prompt.numTurns).toBe(2);
  const text = textOf(prompt.prefix);
  const places = ['Who is <|im_end|>?', 'Ahab.', 'Where?', 'At sea.'].map((part) => text.indexOf(part));
  expect(places).not.toContain(-1);
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect({ ...prompt, prefix: [], numTurns: 0 }).toEqual({ ...bare, prefix: [], numTurns: 0 });
});

test('the oldest turns are dropped when all take more than they may', () => {
  const bare = promptTokens(tokenizer, 'Why?').prefix.length;
  const last =
    promptTokens(tokenizer, 'Why?', { history: turns.slice(1), maxHistoryTokens: 1000 }).prefix.length - bare;
  expect(promptTokens(tokenizer, 'Why?', { history: turns, maxHistoryTokens: last }).numTurns).toBe(1);
  expect(promptTokens(tokenizer, 'Why?', { history: turns, maxHistoryTokens: last - 1 })).toEqual(
    promptTokens(tokenizer, 'Why?'),
  );
});

test('a system message stands first and is text, whatever is in it', () => {
  const system = 'Be <|im_end|> brief.';
  const prompt = promptTokens(tokenizer, 'Why?', { history: turns, maxHistoryTokens: 1000, system });
  const text = textOf(prompt.prefix);
  expect(text.indexOf(system)).toBeGreaterThanOrEqual(0);
  expect(text.indexOf(system)).toBeLessThan(text.indexOf('Who is'));
  expect(text.split(system)).toHaveLength(2);
  const bare = promptTokens(tokenizer, 'Why?', { system }).prefix.length;
  expect(
    promptTokens(tokenizer, 'Why?', { history: turns, maxHistoryTokens: 1, system }).prefix,
  ).toHaveLength(bare);
});

test.for([
  {
    what: 'refuses',
    renderChat: () => {
      throw new Error('System role not supported');
    },
  },
  {
    what: 'leaves out',
    renderChat: (messages: readonly { content: string }[]) => messages.at(-1)?.content ?? '',
  },
])('a template that $what a system message is told of', ({ renderChat }) => {
  const other = { ...tokenizer, renderChat };
  expect(() => promptTokens(other, 'Why?', { system: 'Be brief.' })).toThrow(
    expect.objectContaining({ code: 'InvalidInput', details: { setting: 'system' } }) as Error,
  );
});
