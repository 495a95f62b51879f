import { LimitExceededError } from '@longread/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planPrompt } from './prompt.ts';

const parts = { prefix: 10, gathered: 1024, question: 20, suffix: 6, contextLength: 2048, maxNewTokens: 64 };

test('the parts follow one another', () => {
  expect(planPrompt(parts)).toEqual({
    numTokens: 1060,
    gatheredStart: 10,
    questionStart: 1034,
    suffixStart: 1054,
    numPositions: 1124,
  });
});

test('the window may be filled to its last position, not beyond', () => {
  expect(planPrompt({ ...parts, gathered: 1948 }).numPositions).toBe(2048);
  expect(() => planPrompt({ ...parts, gathered: 1949 })).toThrow(LimitExceededError);
  expect(() => planPrompt({ ...parts, gathered: 1949 })).toThrow(
    'has 1949 tokens, but the window of 2048 has room for 1948',
  );
});

test('a question longer than the window is named as such, whatever was gathered', () => {
  expect(() => planPrompt({ ...parts, question: 3000 })).toThrow('The question has 3000 tokens');
  expect(() => planPrompt({ ...parts, question: 1968 })).toThrow('room for 1967');
  expect(() => planPrompt({ ...parts, question: 1967 })).toThrow(
    'The text to read for this question has 1024',
  );
  expect(planPrompt({ ...parts, question: 1968, gathered: 0 }).numPositions).toBe(2048);
});

test('a template and answer that fill the window leave no room below zero', () => {
  expect(() => planPrompt({ ...parts, maxNewTokens: 4096 })).toThrow('has room for 0 beside');
});

test('it fits or it throws, never neither', () => {
  const length = fc.nat(60);
  const shape = fc.record({ prefix: length, gathered: length, question: length, suffix: length, contextLength: fc.nat(120), maxNewTokens: length }); // prettier-ignore
  fc.assert(
    fc.property(shape, (p) => {
      const need = p.prefix + p.gathered + p.question + p.suffix + p.maxNewTokens;
      if (need <= p.contextLength) expect(planPrompt(p).numPositions).toBe(need);
      else expect(() => planPrompt(p)).toThrow(LimitExceededError);
    }),
  );
});
