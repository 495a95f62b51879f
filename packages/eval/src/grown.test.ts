import { InvalidInputError } from '@longread/core';
import { describe, expect, it } from 'vitest';
import { grownDocument, spreadQuestions } from './grown.ts';

const countTokens = (text: string) => Math.ceil(text.trim().split(/\s+/).length * 1.3);
const texts = Array.from(
  { length: 60 },
  (_, i) =>
    `Text ${i}. ${'The sea was grey and the wind came round. Nobody on board said a word of it. '.repeat(8)}`,
);
const facts = new Map([
  ['niah_single_2', [3, 2, 4]],
  ['qa1', [2, 2, 3]],
  ['vt', [1, 0, 1]],
] as const);
const options = { seed: 5, countTokens, lengths: [1500, 3000, 6000], facts, texts };

describe('grownDocument', () => {
  const parts = grownDocument(options);
  const whole = parts.map(({ text }) => text).join('');

  it('grows to each length, and a little less', () => {
    let tokens = 0;
    for (const [i, part] of parts.entries()) {
      tokens += part.numTokens;
      expect(tokens).toBeLessThanOrEqual(options.lengths[i] ?? 0);
      expect(tokens).toBeGreaterThan(0.95 * (options.lengths[i] ?? 0));
    }
  });

  it('says where in the whole document the evidence stands, which says the answer and lies in its part', () => {
    let end = 0;
    for (const [i, { text, questions }] of parts.entries()) {
      const start = end;
      end += text.length;
      expect(questions).toHaveLength([...facts.values()].reduce((sum, counts) => sum + (counts[i] ?? 0), 0));
      for (const { evidence, answers, passage } of questions) {
        const said = evidence.map((range) => whole.slice(range.start, range.end)).join(' ');
        expect(said).toBe(passage);
        for (const answer of answers) expect(said).toContain(answer);
        for (const range of evidence) {
          expect(range.start).toBeGreaterThanOrEqual(start);
          expect(range.end).toBeLessThanOrEqual(end);
        }
      }
    }
  });

  it('asks of each part what no other part speaks of', () => {
    for (const [i, { questions }] of parts.entries())
      for (const { task, question, answers } of questions) {
        const asked = task === 'qa1' ? question.replace(/Where is (.*)\?/, '$1') : (answers[0] ?? '');
        const others = parts.filter((_, j) => j !== i).map(({ text }) => text);
        for (const other of others) expect(other).not.toContain(asked);
      }
  });

  it('takes no text twice, and the same ones for the same seed', () => {
    const heads = [...whole.matchAll(/Text \d+\./g)].map(([head]) => head);
    expect(new Set(heads).size).toBe(heads.length);
    expect(grownDocument(options)).toEqual(parts);
    expect(grownDocument({ ...options, seed: 6 })).not.toEqual(parts);
  });

  it('refuses lengths that do not rise, and texts that are too short', () => {
    expect(() => grownDocument({ ...options, lengths: [1500, 1400] })).toThrow(InvalidInputError);
    expect(() => grownDocument({ ...options, lengths: [1500, 900_000] })).toThrow(/haystack has/);
  });
});

describe('spreadQuestions', () => {
  const at = (start: number) => ({ evidence: [{ start, end: start + 1 }] });

  it('takes the nearest to each depth, each once', () => {
    const early = [0, 1, 2, 3, 4, 5].map(at);
    expect(spreadQuestions([...early, at(50), at(90)], 4, 100)).toEqual([at(5), at(50), at(90), at(4)]);
    expect(spreadQuestions([at(30), at(10)], 5, 100)).toEqual([at(30), at(10)]);
    expect(spreadQuestions([], 3, 100)).toEqual([]);
  });
});
