import { describe, expect, test } from 'vitest';
import { chooseSet, finalSets, summariseSets, type MeasuredSets } from './choose-heads.ts';
import { smolLm2 } from './testing.ts';

/** A sample in which each set has the recalls given, question by question, all of one task. */
function sample(recalls: Readonly<Record<string, readonly number[]>>, task = 'needle'): MeasuredSets {
  const names = Object.keys(recalls);
  const count = recalls[names[0] ?? '']?.length ?? 0;
  return {
    sets: names.map((name) => name.split(' ')),
    questions: Array.from({ length: count }, (_, question) => ({
      task,
      figures: names.map((name) => {
        const recall = recalls[name]?.[question] ?? NaN;
        return { recall, all: recall === 1 ? 1 : 0, rank: 1 - recall };
      }),
    })),
  };
}

describe('summariseSets', () => {
  test('tasks count alike, over all samples; best first', () => {
    const summaries = summariseSets([
      sample({ 'L1.Q0': [1, 1, 1], 'L2.K1': [0, 0, 0] }),
      sample({ 'L1.Q0': [0], 'L2.K1': [1] }, 'chain'),
      sample({ 'L1.Q0': [0.5], 'L2.K1': [1] }, 'chain'),
    ]);
    expect(
      summaries.map(({ heads, recall, all, exitLayer, numQuestions }) => [
        heads,
        recall,
        all,
        exitLayer,
        numQuestions,
      ]),
    ).toEqual([
      [['L1.Q0'], (1 + 0.25) / 2, 0.5, 2, 5],
      [['L2.K1'], 0.5, 0.5, 3, 5],
    ]);
    expect(summaries[0]?.rank).toBeCloseTo(1 - 0.625, 12);
  });
});

describe('finalSets', () => {
  const singles = summariseSets([
    sample({
      'L20.Q0': [1],
      'L9.Q0': [0.9],
      'L11.V1': [0.8],
      'L3.K0': [0.7],
      'L0.V2': [0.6],
      'L12.Q1': [0.5],
    }),
  ]);

  test('are of heads that the preset reaches', () => {
    expect(finalSets(singles, smolLm2, 'skim')).toEqual([['L3.K0'], ['L0.V2'], ['L3.K0', 'L0.V2']]);
    const study = finalSets(singles, smolLm2, 'study');
    expect(study.slice(0, 6).map(([head]) => head)).toEqual(singles.map(({ heads }) => heads[0]));
    expect(study).toContainEqual(['L20.Q0', 'L9.Q0', 'L11.V1', 'L3.K0']);
    expect(study.filter(({ length }) => length === 2)).toHaveLength(6);
  });
});

describe('chooseSet', () => {
  const choose = (recalls: Readonly<Record<string, number>>, preset: 'read' | 'study' = 'read') => {
    const each = Object.fromEntries(Object.entries(recalls).map(([name, recall]) => [name, [recall]]));
    return chooseSet(summariseSets([sample(each)]), smolLm2, preset)?.heads;
  };

  test('takes one head where more find hardly more, several where they find more', () => {
    expect(choose({ 'L9.Q0 L9.K1': 0.805, 'L9.Q0': 0.8 })).toEqual(['L9.Q0']);
    expect(choose({ 'L9.Q0 L9.K1': 0.85, 'L9.Q0': 0.8 })).toEqual(['L9.Q0', 'L9.K1']);
  });

  test('takes the shallower of two that find about as much, and nothing deeper than the preset', () => {
    const recalls = { 'L11.Q0': 0.802, 'L7.K1': 0.8, 'L20.Q0': 1 };
    expect(choose(recalls)).toEqual(['L7.K1']);
    expect(choose(recalls, 'study')).toEqual(['L20.Q0']);
  });

  test('of as much recall takes what ranks better', () => {
    const figures = (rank: number) => ({ recall: 0.5, all: 0, rank });
    const questions = [{ task: 'needle', figures: [figures(0.3), figures(0.1)] }];
    const summaries = summariseSets([{ sets: [['L2.Q0'], ['L2.Q1']], questions }]);
    expect(chooseSet(summaries, smolLm2, 'skim')?.heads).toEqual(['L2.Q1']);
  });

  test('has nothing where no set is shallow enough', () => {
    expect(choose({ 'L20.Q0': 1 })).toBeUndefined();
  });
});
