// The stages of one bed, by the names of the driver; each call leaves the device idle.
import { invariant } from '@longread/core';
import { attention } from './attention.ts';
import { timedSteadily, type Bed } from './bed.ts';
import type { PeakWork, StageCalls } from './driver.ts';
import { costs } from './peak/costs.ts';
import { createPeaks, type PeakName } from './peak/measure.ts';
import { layerProducts } from './products.ts';
import { search } from './search.ts';
import { compress, decode, prefill } from './tokens.ts';

export function createStages(bed: Bed): StageCalls {
  const peaks = createPeaks(bed);
  /** Of f32 and of memory, which every device has. */
  const peak = async (name: Exclude<PeakName, 'multiply-add-f16' | 'subgroup-matrix'>): Promise<PeakWork> => {
    const work = await peaks(name);
    invariant(work, `the device gave no peak of ${name}`);
    return work;
  };
  return {
    multiplyAdd: (accumulators) => peak(accumulators === 12 ? 'multiply-add-12' : 'multiply-add'),
    multiplyAddF16: () => peaks('multiply-add-f16'),
    int8Dots: () => peak('int8-dots'),
    subgroupMatrices: () => peaks('subgroup-matrix'),
    costs: () => costs(bed),
    copy: () => peak('copy'),
    read: () => peak('read'),
    layerProducts: (numTokens) => layerProducts(bed, numTokens),
    attention: (numTokens, numSlots, sums) => attention(bed, numTokens, numSlots, sums),
    search: (numTokens, numQueries, scoring) => search(bed, numTokens, numQueries, scoring),
    compress: (numTokens) => compress(bed, numTokens, timedSteadily),
    prefill: (numTokens) => prefill(bed, numTokens, timedSteadily),
    decode: (numSlots, numTokens) => decode(bed, numSlots, numTokens),
  };
}
