// The page on which `npm run bench` times single stages of the engine; each call leaves the device idle.
import { invariant } from '@longread/core';
import { attention } from './attention.ts';
import { createBed, type Bed } from './bed.ts';
import type { StagesDriver } from './driver.ts';
import { createCopy, createMultiplyAdd } from './peak/measure.ts';
import { layerProducts } from './products.ts';
import { search } from './search.ts';
import { decode, prefill } from './tokens.ts';

type Peaks = Pick<StagesDriver, 'multiplyAdd' | 'copy'>;

let bed: Bed | undefined;
let peaks: Peaks | undefined;

function opened<T>(value: T | undefined): T {
  invariant(value, 'call open first');
  return value;
}

window.longreadStages = {
  open: async (model) => {
    bed = await createBed(model);
    peaks = { multiplyAdd: createMultiplyAdd(bed), copy: createCopy(bed) };
    return bed.gpu.facts.adapter;
  },
  multiplyAdd: (accumulators) => opened(peaks).multiplyAdd(accumulators),
  copy: () => opened(peaks).copy(),
  layerProducts: (numTokens) => layerProducts(opened(bed), numTokens),
  attention: (numTokens, numSlots, sums) => attention(opened(bed), numTokens, numSlots, sums),
  search: (numTokens, numQueries) => search(opened(bed), numTokens, numQueries),
  prefill: (numTokens) => prefill(opened(bed), numTokens),
  decode: (numSlots, numTokens) => decode(opened(bed), numSlots, numTokens),
};
