import { describe, expect, it } from 'vitest';
import {
  addNeedleRun,
  continueRun,
  describeState,
  summaryOf,
  withSample,
  type KeptSample,
  type NeedleRun,
} from './kept.ts';

const sample = (depth: number, exact = true): KeptSample => ({
  depth,
  question: 'Which?',
  expected: '1234567',
  answer: exact ? '1234567' : '7',
  recall: 1,
  exact,
  readMs: 1000,
  askMs: 500,
});

const fresh: NeedleRun = {
  header: { adapter: 'soft', browser: '1', flags: [], cores: 2, commit: 'abc', date: '2026-01-01T00:00:00Z' },
  settings: {
    tokens: 512,
    samples: 3,
    documents: 3,
    gather: 128,
    maxNewTokens: 24,
    model: 'm',
    modelSha256: '00',
  },
  sourceHash: 's',
  documentsHash: 'd',
  state: 'running',
  samples: [],
};
const at = (day: number) => `2026-01-0${day}T00:00:00Z`;
const cut = withSample(fresh, sample(0.1), at(2));

describe('withSample', () => {
  it('dates the run by its last sample and completes it with the last', () => {
    expect(cut).toMatchObject({ state: 'running', samples: [sample(0.1)], header: { date: at(2) } });
    const whole = withSample(withSample(cut, sample(0.5), at(3)), sample(0.9, false), at(4));
    expect(whole.state).toBe('complete');
    expect(summaryOf(whole)).toEqual({ recall: 1, exact: 2, samples: 3 });
  });
});

describe('continueRun', () => {
  it.each(['running', 'cancelled', 'refused'] as const)('goes on with one that is %s', (state) => {
    expect(continueRun([{ ...cut, state }], fresh).samples).toEqual([sample(0.1)]);
  });

  it.each<[string, Partial<NeedleRun>]>([
    ['complete', { state: 'complete' }],
    ['of other settings', { settings: { ...fresh.settings, gather: 129 } }],
    ['of another engine', { sourceHash: 'other' }],
    ['of other documents', { documentsHash: 'other' }],
    ['of another adapter', { header: { ...cut.header, adapter: 'hard' } }],
    ['of another browser', { header: { ...cut.header, browser: '2' } }],
  ])('starts over beside one that is %s', (_, different) => {
    expect(continueRun([{ ...cut, ...different }], fresh)).toEqual(fresh);
  });

  it('takes the header of today, not that of the kept run', () => {
    const today = { ...fresh, header: { ...fresh.header, commit: 'def', date: at(5) } };
    expect(continueRun([cut], today).header).toEqual(today.header);
  });
});

describe('addNeedleRun', () => {
  const complete: NeedleRun = { ...cut, state: 'complete' };
  const other: NeedleRun = { ...complete, settings: { ...fresh.settings, tokens: 1024 } };

  it('replaces what the run goes on with, and leaves other settings', () => {
    const more = withSample(cut, sample(0.5), at(3));
    expect(addNeedleRun([other, cut], more)).toEqual([more, other]);
  });

  it('keeps complete figures until they are complete again', () => {
    const later = withSample(fresh, sample(0.1), at(4));
    expect(addNeedleRun([complete], later)).toEqual([later, complete]);
    const again: NeedleRun = { ...later, state: 'complete' };
    expect(addNeedleRun([later, complete], again)).toEqual([again]);
  });
});

it('says how a run ended', () => {
  expect(describeState({ ...cut, state: 'complete' })).toBe('');
  expect(describeState(cut)).toBe('cut after 1 of 3 samples');
  expect(describeState({ ...cut, state: 'cancelled' })).toBe('cancelled after 1 of 3 samples');
  const refused: NeedleRun = { ...fresh, state: 'refused', reason: 'InvalidInput: gatherSize is 9999' };
  expect(describeState(refused)).toBe('refused after 0 of 3 samples: InvalidInput: gatherSize is 9999');
});
