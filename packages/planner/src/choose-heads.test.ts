import { describe, expect, test } from 'vitest';
import {
  chooseFollowing,
  chooseSet,
  chooseSets,
  chosenCalibration,
  finalSets,
  followingSets,
  summariseSets,
  type MeasuredSets,
} from './choose-heads.ts';
import { smolLm2 } from './testing.ts';

type Recalls = Readonly<Record<string, readonly number[]>>;

/** A sample in which each set has the recalls given, question by question, all of one task. */
function sample(recalls: Recalls, task = 'needle'): MeasuredSets {
  const names = Object.keys(recalls);
  return { sets: names.map((name) => name.split(' ')), questions: questionsOf(recalls, task), followed: [] };
}

function questionsOf(recalls: Recalls, task: string): MeasuredSets['questions'] {
  const names = Object.keys(recalls);
  const count = recalls[names[0] ?? '']?.length ?? 0;
  return Array.from({ length: count }, (_, question) => ({
    task,
    figures: names.map((name) => {
      const recall = recalls[name]?.[question] ?? NaN;
      return { recall, all: recall === 1 ? 1 : 0, rank: 1 - recall };
    }),
  }));
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
    const summaries = summariseSets([{ sets: [['L2.Q0'], ['L2.Q1']], questions, followed: [] }]);
    expect(chooseSet(summaries, smolLm2, 'skim')?.heads).toEqual(['L2.Q1']);
  });

  test('has nothing where no set is shallow enough', () => {
    expect(choose({ 'L20.Q0': 1 })).toBeUndefined();
  });
});

/** A sample in which each set follows with the recall given. */
function following(recalls: Readonly<Record<string, number>>): MeasuredSets {
  const each = Object.fromEntries(Object.entries(recalls).map(([name, recall]) => [name, [recall]]));
  return { ...sample(each), questions: [], followed: questionsOf(each, 'two_hop') };
}

describe('heads to follow with', () => {
  const found = chooseSets(summariseSets([sample({ 'L9.Q0': [0.9], 'L2.K1': [0.5] })]), smolLm2);
  const of = (preset: 'skim' | 'read') => {
    const set = found.get(preset);
    if (set === undefined) throw new Error(preset);
    return set;
  };

  test('are tried beside what was chosen, alone and together, as deep as the preset goes', () => {
    const leads = summariseSets(
      [following({ 'L9.Q0': 1, 'L20.Q1': 0.9, 'L3.V0': 0.8, 'L10.Q2': 0.7, 'L1.K0': 0.6, 'L0.Q0': 0.1 })],
      'followed',
    );
    const sets = followingSets(found, leads, smolLm2).map((heads) => heads.join(' '));
    expect(sets.filter((name) => name.startsWith('L9.Q0'))).toEqual(
      expect.arrayContaining([
        'L9.Q0',
        'L9.Q0 L3.V0',
        'L9.Q0 L3.V0 L10.Q2 L1.K0',
        'L9.Q0 L20.Q1 L3.V0 L10.Q2',
      ]),
    );
    expect(sets.filter((name) => name.startsWith('L2.K1'))).toHaveLength(8);
    expect(sets.filter((name) => name.startsWith('L2.K1')).join(' ')).not.toMatch(/L20|L9/);
    expect(new Set(sets).size).toBe(sets.length);
  });

  test('are read where they follow more than they cost, and only beside what finds', () => {
    const choose = (recalls: Readonly<Record<string, number>>, preset: 'skim' | 'read' = 'read') =>
      chooseFollowing(summariseSets([following(recalls)], 'followed'), of(preset), smolLm2, preset);
    expect(choose({ 'L9.Q0': 0.5, 'L9.Q0 L3.V0': 0.505, 'L2.K1 L0.Q0': 1 })).toEqual(['L9.Q0']);
    expect(choose({ 'L9.Q0': 0.5, 'L9.Q0 L3.V0': 0.6 })).toEqual(['L9.Q0', 'L3.V0']);
    expect(choose({ 'L2.K1': 0.5, 'L2.K1 L9.Q0': 1 }, 'skim')).toEqual(['L2.K1']);
    expect(choose({})).toEqual(['L9.Q0']);
  });

  test('stand in a calibration behind those of late interaction', () => {
    const data = chosenCalibration(
      {
        found: [sample({ 'L9.Q0': [0.9], 'L2.K1': [0.5] })],
        followed: [following({ 'L9.Q0': 0.5, 'L9.Q0 L3.V0': 0.9 })],
      },
      { config: smolLm2, sha256: 'ab' },
      '2 samples',
    );
    expect(data.presets.read).toEqual({
      scoring: 'late-interaction',
      heads: ['L9.Q0', 'L3.V0'],
      lateHeads: { first: 0, count: 1 },
    });
    expect(data.presets.skim).toEqual({ scoring: 'late-interaction', heads: ['L2.K1'] });
  });
});
