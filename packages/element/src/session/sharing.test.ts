// Which documents can be asked as one, and what is said of the others.
import type { DocumentManifest } from 'longread';
import { expect, test } from 'vitest';
import { info } from '../testing/fake-facts.ts';
import { makeManifest } from '../testing/stored.ts';
import { groupsOf, presetOf, whyLeftOut } from './sharing.ts';

const stored = (id: string, changes: Partial<DocumentManifest> = {}): DocumentManifest =>
  makeManifest(id, id, changes);
const skimmed = { fingerprint: 'skimmed' };
const groups = (...documents: readonly DocumentManifest[]) =>
  groupsOf(documents, info).map((group) => [
    group.preset.name,
    group.documents.map(({ id }) => id).join(' '),
  ]);

test('two that were read alike and to their end are a group, one is none', () => {
  expect(groups()).toEqual([]);
  expect(groups(stored('a'))).toEqual([]);
  expect(groups(stored('a'), stored('b', skimmed))).toEqual([]);
  expect(groups(stored('a'), stored('b'))).toEqual([['read', 'a b']]);
  expect(groups(stored('a'), stored('b', { state: 'reading' }))).toEqual([]);
  expect(groups(stored('a'), stored('b', { numTokens: 0 }))).toEqual([]);
  expect(groups(stored('a', { fingerprint: 'other' }), stored('b', { fingerprint: 'other' }))).toEqual([]);
});

test('of several groups that of the engine’s own preset is the first', () => {
  const all = [stored('a', skimmed), stored('b'), stored('c', skimmed), stored('d')];
  expect(groups(...all)).toEqual([
    ['read', 'b d'],
    ['skim', 'a c'],
  ]);
});

test('presets that read alike are one, by the name that the engine has', () => {
  const alike = info.presets.map((preset) => ({ ...preset, fingerprint: '' }));
  for (const preset of ['skim', 'read', 'study'] as const) {
    const calibration = { ...info.calibration, preset };
    expect(presetOf(stored('a'), { presets: alike, calibration })?.name).toBe(preset);
    expect(groupsOf([stored('a'), stored('b')], { ...info, presets: alike, calibration })).toHaveLength(1);
  }
});

test('each that is left out has its reason', () => {
  const why = (changes: Partial<DocumentManifest>) => whyLeftOut(stored('x', changes), '', info);
  expect(why({})).toBe('cameLater');
  expect(why(skimmed)).toBe('otherPreset');
  expect(why({ state: 'reading' })).toBe('notWhole');
  expect(why({ ...skimmed, state: 'reading' })).toBe('notWhole');
  expect(why({ fingerprint: 'of another model', state: 'reading' })).toBe('otherModel');
});
