// What reading saves by running only the lower layers.
import { median } from '@longread/core';
import { openConfig } from '@longread/models';
import { rateOf } from '../engine-phases.ts';
import type { Experiment } from '../experiment.ts';
import { describeLayers } from '../results/layers.ts';
import { ratioRow } from '../results/row.ts';
import { ask, ingest, openReader } from './reader.ts';

export const earlyExit: Experiment = {
  needsBrowser: 'the engine is driven in a page',
  rows: {
    'compress-over-full-prefill-4k':
      'tokens/s of compress, which runs the lower layers, over those of all layers; 4,096 tokens',
  },
  run: async (bench) => {
    const samples: { readonly compress: number; readonly full: number }[] = [];
    const { numLayers } = await openConfig(bench.modelPath);
    let ran = numLayers;
    for (let i = 0; i < bench.repeats(1); i++) {
      const reader = await openReader(bench);
      const { phases, exitLayer } = await ingest(reader, 4096);
      ran = exitLayer;
      const { stats } = await ask(reader, 1, 'full');
      samples.push({ compress: rateOf(phases, 'compress'), full: rateOf(stats.phases, 'recompute') });
      await bench.closePages();
    }
    const rates = (key: 'compress' | 'full') => median(samples.map((each) => each[key])).toFixed(1);
    const ratios = samples.map(({ compress, full }) => compress / full);
    const layers = describeLayers(median(ratios), { ran, all: numLayers });
    const against = `${rates('compress')} tokens/s against ${rates('full')}: one pass each, no warm-up; ${layers}`;
    return [ratioRow('compress-over-full-prefill-4k', 'x tokens/s', ratios, against)];
  },
};
