// The stages of one bed, by the names of the driver; each call leaves the device idle.
import { attention } from './attention.ts';
import type { Bed } from './bed.ts';
import type { StageCalls } from './driver.ts';
import { createCopy, createMultiplyAdd } from './peak/measure.ts';
import { layerProducts } from './products.ts';
import { search } from './search.ts';
import { decode, prefill } from './tokens.ts';

export function createStages(bed: Bed): StageCalls {
  return {
    multiplyAdd: createMultiplyAdd(bed),
    copy: createCopy(bed),
    layerProducts: (numTokens) => layerProducts(bed, numTokens),
    attention: (numTokens, numSlots, sums) => attention(bed, numTokens, numSlots, sums),
    search: (numTokens, numQueries) => search(bed, numTokens, numQueries),
    prefill: (numTokens) => prefill(bed, numTokens),
    decode: (numSlots, numTokens) => decode(bed, numSlots, numTokens),
  };
}
