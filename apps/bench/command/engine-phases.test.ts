import { describe, expect, it } from 'vitest';
import { peakWithout, planError, rateOf } from './engine-phases.ts';

describe('rateOf', () => {
  const phases = [
    { name: 'tokenize', ms: 10, tokens: 100 },
    { name: 'compress', ms: 1000, tokens: 20 },
    { name: 'compress', ms: 3000, tokens: 40 },
    { name: 'persist', ms: 5, tokens: 0 },
  ] as const;

  it('takes all phases of a name together', () => {
    expect(rateOf(phases, 'compress')).toBe(15);
    expect(rateOf(phases, 'tokenize')).toBe(10_000);
  });

  it('refuses what was not reported', () => {
    expect(() => rateOf(phases, 'decode')).toThrow('no phase decode');
    expect(() => rateOf(phases, 'persist')).toThrow('no phase persist');
  });
});

describe('memory', () => {
  const memory = {
    plannedBytes: 103,
    samples: [],
    peakBytes: 100,
    items: [
      { name: 'weights', bytes: 60 },
      { name: 'documents', bytes: 30 },
    ],
  };

  it('takes away what was held beside', () => {
    expect(peakWithout(memory, 'documents')).toBe(70);
    expect(() => peakWithout(memory, 'search')).toThrow('no item search');
  });

  it('measures an error against what was measured', () => {
    expect(planError(memory)).toBeCloseTo(0.03, 12);
    expect(planError({ ...memory, plannedBytes: 90 })).toBeCloseTo(0.1, 12);
  });
});
