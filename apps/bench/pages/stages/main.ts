// The page on which `npm run bench` times single stages of the engine; each call leaves the device idle.
import { invariant } from '@longread/core';
import { attention } from './attention.ts';
import { createBed, type Bed } from './bed.ts';
import { createPeaks } from './peak/measure.ts';
import { layerProducts } from './products.ts';
import { search } from './search.ts';
import { decode, prefill } from './tokens.ts';

let bed: Bed | undefined;
let peaks: ReturnType<typeof createPeaks> | undefined;

function opened<T>(value: T | undefined): T {
  invariant(value, 'call open first');
  return value;
}

window.longreadStages = {
  open: async (model) => {
    bed = await createBed(model);
    peaks = createPeaks(bed);
    return bed.gpu.facts.adapter;
  },
  multiplyAdd: async (accumulators) =>
    opened(await opened(peaks)(accumulators === 12 ? 'multiply-add-12' : 'multiply-add')),
  multiplyAddF16: () => opened(peaks)('multiply-add-f16'),
  copy: async () => opened(await opened(peaks)('copy')),
  read: async () => opened(await opened(peaks)('read')),
  layerProducts: (numTokens) => layerProducts(opened(bed), numTokens),
  attention: (numTokens, numSlots, sums) => attention(opened(bed), numTokens, numSlots, sums),
  search: (numTokens, numQueries) => search(opened(bed), numTokens, numQueries),
  prefill: (numTokens) => prefill(opened(bed), numTokens),
  decode: (numSlots, numTokens) => decode(opened(bed), numSlots, numTokens),
};
