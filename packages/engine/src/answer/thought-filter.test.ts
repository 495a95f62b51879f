// Thoughts apart from answers, however the text is cut into pieces.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createThoughtFilter, opensThought } from './thought-filter.ts';

function apart(pieces: readonly string[], isOpen = false) {
  const filter = createThoughtFilter(isOpen);
  const answer = pieces.map((piece) => filter.push(piece)).join('') + filter.end();
  return { answer, thought: filter.thought };
}

test.each<[string, boolean, string, string | undefined]>([
  ['4711.', false, '4711.', undefined],
  [' 4711.', false, ' 4711.', undefined],
  ['', false, '', undefined],
  ['<think>The gate…</think>\n\n4711.', false, '4711.', 'The gate…'],
  ['\n<think>\nThe gate…\n</think>\n\n4711.\n', false, '4711.\n', 'The gate…'],
  ['<think>\n\n</think>\n\n4711.', false, '4711.', undefined],
  ['The gate…</think>4711.', true, '4711.', 'The gate…'],
  ['<think>The ga', false, '', 'The ga'],
  ['The ga', true, '', 'The ga'],
  ['<thi', false, '<thi', undefined],
  ['<thin air> is what', false, '<thin air> is what', undefined],
  ['So <think>a</think> b', false, 'So <think>a</think> b', undefined],
  ['<think>a</think>b</think>', false, 'b</think>', 'a'],
  ['<|channel>thought\nThe gate…\n<channel|>4711.', false, '4711.', 'The gate…'],
  ['<|channel>thought\n<channel|>4711.', false, '4711.', undefined],
  ['<|channel>thought\na</think>b<channel|>c', false, 'c', 'a</think>b'],
  ['<think>a<channel|>b</think>c', false, 'c', 'a<channel|>b'],
  ['<|chan', false, '<|chan', undefined],
])('%j, open %s', (text, isOpen, answer, thought) => {
  expect(apart([text], isOpen)).toEqual({ answer, thought });
});

test('however it is cut', () => {
  const texts = fc.array(
    fc.constantFrom(
      ...['<think>', '</think>', '<', 'think', '>', ' ', '\n', 'a', '<thin', '</'],
      ...['<|channel>', 'thought', '<channel|>', '|', 'channel'],
    ),
  );
  fc.assert(
    fc.property(texts, fc.boolean(), (pieces, isOpen) => {
      expect(apart(pieces, isOpen)).toEqual(apart([pieces.join('')], isOpen));
    }),
  );
});

test('a prompt may end within a thought', () => {
  expect(opensThought('<|im_start|>assistant\n<think>\n')).toBe(true);
  expect(opensThought('<|im_start|>assistant\n<think>\n\n</think>\n\n')).toBe(false);
  expect(opensThought('<|turn>model\n<|channel>thought\n')).toBe(true);
  expect(opensThought('<|turn>model\n<|channel>thought\n<channel|>')).toBe(false);
  expect(opensThought('')).toBe(false);
});
