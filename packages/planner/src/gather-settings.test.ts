import { InvalidInputError, LimitExceededError, type GatherSettings } from '@longread/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkGatherSettings, defaultGather } from './gather-settings.ts';
import { smolLm2 } from './testing.ts';

describe('defaultGather', () => {
  test('of an 8k window', () => {
    expect(defaultGather(smolLm2, 300)).toEqual({
      gatherSize: 1024,
      smoothWindow: 33,
      keepEnds: 64,
      scoring: 'standardised',
      wholeSentences: true,
      followFrom: 7,
      lateHeads: undefined,
      hops: 2,
      peaks: 3,
      peakSpan: 12,
      rarePlaces: 8,
      bestLast: true,
    });
  });
  test.each([
    [7167, 1024, 1024],
    [7168, 1024, 1024],
    [7169, 1024, 1023],
    [8191, 1024, 1],
    [300, 512, 512],
    [300, 9000, 7892],
  ])('%i reserved and %i wanted', (numReserved, wanted, gatherSize) => {
    expect(defaultGather(smolLm2, numReserved, wanted).gatherSize).toBe(gatherSize);
  });
  test.each([
    [512, 64],
    [511, 63],
    [8, 1],
    [7, 0],
  ])('of %i tokens %i at either end are kept', (size, keepEnds) => {
    expect(defaultGather(smolLm2, 300, size).keepEnds).toBe(keepEnds);
  });
  test('late interaction takes one hop, over the heads of the calibration', () => {
    const lateHeads = { first: 1, count: 1 };
    const settings = defaultGather(smolLm2, 300, undefined, { scoring: 'late-interaction', lateHeads });
    expect(settings).toMatchObject({ scoring: 'late-interaction', hops: 1, lateHeads });
    checkGatherSettings(settings, smolLm2, 300);
  });
  test('no room at all is a limit, with the numbers', () => {
    expect(() => defaultGather(smolLm2, 8192)).toThrow(LimitExceededError);
    expect(() => defaultGather(smolLm2, 8192)).toThrow('need 8192 tokens');
  });
  test('passes its own check wherever two hops have a token each', () => {
    fc.assert(
      fc.property(fc.nat(8190), fc.integer({ min: 2, max: 9000 }), (numReserved, wanted) => {
        checkGatherSettings(defaultGather(smolLm2, numReserved, wanted), smolLm2, numReserved);
      }),
    );
  });
});

describe('checkGatherSettings', () => {
  const good = defaultGather(smolLm2, 300);
  test('control: good settings pass, up to the exact room', () => {
    checkGatherSettings(good, smolLm2, 300);
    checkGatherSettings({ ...good, gatherSize: 7892 }, smolLm2, 300);
    checkGatherSettings({ ...good, keepEnds: 512 }, smolLm2);
    checkGatherSettings({ ...good, peaks: 1, peakSpan: 0 }, smolLm2);
  });
  test.each<[string, Partial<GatherSettings>, string]>([
    ['nothing gathered', { gatherSize: 0 }, 'gatherSize is 0'],
    ['even window', { smoothWindow: 32 }, 'such as 33'],
    ['fractional window', { smoothWindow: 1.5 }, 'smoothWindow is 1.5'],
    ['ends beyond the size', { keepEnds: 513 }, 'at most 512'],
    ['negative ends', { keepEnds: -1 }, 'keepEnds is -1'],
    ['unknown scoring', { scoring: 'dot' as 'cosine' }, "scoring is 'dot'"],
    ['no hop', { hops: 0 }, 'hops is 0'],
    ['more hops than tokens', { hops: 1025 }, 'from 1 to 1024'],
    ['no peaks', { peaks: 0 }, 'peaks is 0'],
    ['negative span', { peakSpan: -1 }, 'peakSpan is -1'],
    [
      'a window too small to take four at once',
      { scoring: 'late-interaction', smoothWindow: 3 },
      'of 5 tokens',
    ],
    ['no head', { lateHeads: { first: 0, count: 0 } }, 'lateHeads.count is 0'],
    ['a head before the first', { lateHeads: { first: -1, count: 1 } }, 'lateHeads.first is -1'],
  ])('%s', (_, wrong, message) => {
    const check = () => checkGatherSettings({ ...good, ...wrong }, smolLm2);
    expect(check).toThrow(InvalidInputError);
    expect(check).toThrow(message);
  });
  test('one token more than the window has room for', () => {
    const check = () => checkGatherSettings({ ...good, gatherSize: 7893 }, smolLm2, 300);
    expect(check).toThrow(LimitExceededError);
    expect(check).toThrow('at most 7892');
  });
  test('a question that fills the window', () => {
    expect(() => checkGatherSettings(good, smolLm2, 8192)).toThrow('nothing is left for the document');
  });
});
