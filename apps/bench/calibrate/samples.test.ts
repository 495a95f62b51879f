import { expect, it } from 'vitest';
import { samplesOf } from './samples.ts';

const options = {
  tokens: 900,
  questions: 2,
  seed: 3,
  countTokens: (text: string) => text.match(/\w+|[^\w\s]/g)?.length ?? 0,
};

it('have every task, and prose of their own in each step', () => {
  const samples = (['heads', 'sets', 'check'] as const).flatMap((step) => samplesOf(step, 2, options));
  expect(new Set(samples.map(({ id }) => id)).size).toBe(6);
  for (const { text, questions } of samples) {
    expect(questions.map(({ task }) => task)).toEqual([
      ...['niah_multikey_1', 'niah_multikey_1', 'two_hop', 'two_hop'],
      ...['qa2', 'qa2', 'vt', 'vt'],
    ]);
    for (const { evidence } of questions)
      for (const { start, end } of evidence) expect(text.slice(start, end)).toMatch(/\.$/);
  }
  // The sentences of the text that is checked on stand nowhere in what was chosen on.
  const [last = samples[0]] = samples.slice(-1);
  const longest = last?.text.split('. ').toSorted((a, b) => b.length - a.length)[0] ?? '';
  expect(longest.length).toBeGreaterThan(50);
  expect(samples.slice(0, 4).some(({ text }) => text.includes(longest))).toBe(false);
});
