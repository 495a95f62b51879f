// What a question takes of the window: said before anything runs, refused as asking refuses it.
import { createTokenizer, openGguf } from '@longread/formats';
import { bytesSource, tinyLlama } from '@longread/formats/testing';
import { calibrationIn, guessedCalibration } from '@longread/planner';
import { expect, test } from 'vitest';
import type { AskOptions } from '../api.ts';
import type { OpenDocument } from '../document.ts';
import { contextUsage } from './context-usage.ts';
import type { AnswerContext } from './strategy.ts';

const { config, tokenizer: definition } = await openGguf(bytesSource(tinyLlama(7)));
const tokenizer = createTokenizer(definition);

/** Of a document of so many tokens, by a model with this window. */
function usage(numTokens: number, options: AskOptions, contextLength = 512, question = 'Who?') {
  const context = {
    model: { config: { ...config, contextLength }, tokenizer },
    calibration: calibrationIn(guessedCalibration(config), 'read'),
  } as unknown as AnswerContext;
  const settings = { chunkSize: 64, budget: 96, recent: 24 };
  const document = {
    source: { numTokens },
    tokens: { numTokens },
    manifest: { settings },
  } as unknown as OpenDocument;
  return contextUsage(context, document, question, options);
}

const turn = { question: 'Where?', answer: 'At sea.' };

test('the parts and what is free make up the window', () => {
  const { window, free, historyTurns, ...parts } = usage(1000, { maxNewTokens: 32, history: [turn] });
  expect(window).toBe(512);
  expect(historyTurns).toBe(1);
  expect(Object.values(parts).reduce((sum, part) => sum + part, free)).toBe(512);
  expect(parts.question).toBe(tokenizer.encodeText('\n\nWho?').length);
  const spoken = tokenizer.encodeText(turn.question).length + tokenizer.encodeText(turn.answer).length;
  expect(parts.history).toBeGreaterThan(spoken);
  expect(parts.answer).toBe(32);
});

test('a short document is gathered whole, a long one up to what is asked for', () => {
  const gather = { gatherSize: 128 };
  expect(usage(50, { maxNewTokens: 32, gather }).gathered).toBe(50);
  expect(usage(5000, { maxNewTokens: 32, gather }).gathered).toBe(128);
  expect(usage(50, { maxNewTokens: 32, strategy: 'full' }).gathered).toBe(50);
  expect(usage(200, { maxNewTokens: 32, gather, strategy: 'chunks' }).gathered).toBe(100);
  expect(usage(5000, { maxNewTokens: 32, strategy: 'streaming' }).gathered).toBe(96);
});

test('turns without room are not counted', () => {
  const history = Array.from({ length: 40 }, () => turn);
  const { historyTurns, history: tokens } = usage(1000, { maxNewTokens: 32, history });
  expect(historyTurns).toBeGreaterThan(0);
  expect(historyTurns).toBeLessThan(40);
  expect(tokens).toBeLessThanOrEqual(128);
});

test.for([
  { options: { maxNewTokens: -1 }, code: 'InvalidInput' },
  { options: { strategy: 'none' as 'full' }, code: 'InvalidInput' },
  { options: { maxNewTokens: 4096 }, code: 'LimitExceeded' },
  { options: { maxNewTokens: 32, strategy: 'full' as const }, code: 'LimitExceeded' },
])('$options is refused', ({ options, code }) => {
  expect(() => usage(1000, options)).toThrow(expect.objectContaining({ code }) as Error);
});
