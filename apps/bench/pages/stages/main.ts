// The page on which `npm run bench` times single stages of the engine.
import { invariant } from '@longread/core';
import { openTuningStore } from '@longread/store';
import { openModel } from 'longread/stages';
import { createBed } from './bed.ts';
import type { StageCalls } from './driver.ts';
import { createStages } from './stages.ts';
import { syntheticModel } from './synthetic.ts';

let stages: StageCalls | undefined;

function opened(): StageCalls {
  invariant(stages, 'call open first');
  return stages;
}

window.longreadStages = {
  open: async (source) => {
    const model =
      source === undefined
        ? undefined
        : 'shape' in source
          ? syntheticModel(source.shape)
          : await openModel({ model: new URL(source.url, location.href) });
    const bed = await createBed({ api: navigator.gpu, model, tuningStore: openTuningStore() });
    stages = createStages(bed);
    return bed.gpu.facts.adapter;
  },
  multiplyAdd: (accumulators) => opened().multiplyAdd(accumulators),
  multiplyAddF16: () => opened().multiplyAddF16(),
  int8Dots: () => opened().int8Dots(),
  subgroupMatrices: () => opened().subgroupMatrices(),
  costs: () => opened().costs(),
  copy: () => opened().copy(),
  read: () => opened().read(),
  layerProducts: (numTokens) => opened().layerProducts(numTokens),
  attention: (numTokens, numSlots, sums) => opened().attention(numTokens, numSlots, sums),
  search: (numTokens, numQueries, scoring) => opened().search(numTokens, numQueries, scoring),
  compress: (numTokens) => opened().compress(numTokens),
  prefill: (numTokens) => opened().prefill(numTokens),
  decode: (numSlots, numTokens) => opened().decode(numSlots, numTokens),
};
