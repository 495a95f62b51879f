import { chooseSets, chosenCalibration, summariseSets } from '@longread/planner';
import { smolLm2 } from '@longread/planner/testing';
import { expect, it } from 'vitest';
import { contendersOf, setsOfContenders } from './contenders.ts';
import type { SampleRecord } from './records.ts';
import { formatReport, mapOf, type Choice } from './report.ts';

/** Each set with one recall for all questions. */
function record(step: SampleRecord['step'], recalls: Readonly<Record<string, number>>): SampleRecord {
  const figures = Object.values(recalls).map((recall) => ({ recall, all: 0, rank: 0.25 }));
  return {
    step,
    sample: 'one',
    sets: Object.keys(recalls).map((name) => name.split(' ')),
    numTokens: 2000,
    gatherSize: 250,
    questions: [{ task: 'two_hop', figures }],
    followed: [{ task: 'two_hop', figures: figures.map((one) => ({ ...one, recall: one.recall / 2 })) }],
    seconds: 1,
    modelSha256: '00',
    adapter: 'an adapter',
    commit: 'a commit',
    date: 'today',
  };
}

const alone = [record('heads', { 'L9.Q0': 0.75, 'L0.V2': 0.5, 'L9.K1': 0.25 })];
const singles = summariseSets(alone);
const following = [record('follow', { 'L9.Q0': 0.5, 'L9.Q0 L2.K1': 1 })];
const calibration = chosenCalibration(
  { found: alone, followed: following },
  { config: smolLm2, sha256: '00' },
  'two samples',
);
const contenders = contendersOf(calibration, smolLm2, 1);
const recalls = Object.fromEntries(
  setsOfContenders(contenders).map((heads) => [
    heads.join(' '),
    heads.includes('L9.Q0') ? 0.9 : heads.length === 4 ? 0.6 : 0.3,
  ]),
);
const choice: Choice = {
  config: smolLm2,
  modelSha256: '00',
  found: chooseSets(singles, smolLm2),
  calibration,
  singles,
  together: singles,
  leads: summariseSets(alone, 'followed'),
  following: summariseSets(following, 'followed'),
  contenders,
  alone,
  checked: [record('check', recalls)],
};

it('compares with what would be read with otherwise and ten choices by chance, the same for a seed', () => {
  expect(contenders.map(({ name }) => name)).toEqual([
    'skim',
    'read',
    'study',
    'present',
    ...Array.from({ length: 10 }, (_, i) => `chance ${i + 1}`),
  ]);
  expect(contenders[1]).toEqual({ name: 'read', heads: ['L9.Q0', 'L2.K1'], late: ['L9.Q0'] });
  expect(contenders[3]?.heads).toHaveLength(4); // the guess
  expect(contenders.slice(4).every(({ heads, late }) => heads.length === 2 && late.length === 1)).toBe(true);
  expect(contendersOf(calibration, smolLm2, 1)).toEqual(contenders);
  expect(contendersOf(calibration, smolLm2, 2)).not.toEqual(contenders);
});

it('says what was chosen and what it finds elsewhere', () => {
  const page = formatReport(choice, 'map.svg', 'npm run calibrate');
  expect(page).toContain('| read   | L9.Q0 | 10         | 0.750');
  expect(page).toMatch(/\| read +\| L9\.Q0 L2\.K1 +\| 10 +\| 0\.500/);
  expect(page).toMatch(/\| read +\| L9\.Q0 +\| L2\.K1 +\| 10 +\| 0\.900 .*\| 0\.450 /);
  expect(page).toMatch(/\| mean of 10 by chance +\| +\| +\| +\| 0\.300 .*\| 0\.150 /);
  expect(page).toContain('has 0.600 more recall');
  expect(page).toMatch(/and 0\.300 more of what\s+follows/);
  expect(page).toContain('](map.svg)');
});

it('maps every head by itself, queries before keys and values', () => {
  const map = mapOf(choice);
  expect(map.heads).toEqual(['Q0', 'K1', 'V2']);
  expect(map.cells).toContainEqual(
    expect.objectContaining({ layer: 9, head: 'Q0', value: 0.75, isChosen: true }),
  );
  expect(map.cells).toContainEqual(expect.objectContaining({ layer: 9, head: 'K1', isChosen: false }));
});
