// Rows of single stages without an engine around them: tokens a second of compress and recompute, and what a dispatch costs.
import { median } from '@longread/core';
import { sample, type Experiment } from '../experiment.ts';
import { formatNumber } from '../results/report.ts';
import { rowOf } from '../results/row.ts';

/** A chunk and a prompt take a software adapter most of a minute. */
const usualRates = 1;
const usualCosts = 3;
/** A chunk at the default settings. */
const numTokens = 1024;

const rates: Experiment = {
  rows: {
    'stage-compress': 'compress of a chunk of 1,024 tokens behind a full compressed cache, generic heads',
    'stage-recompute': 'recompute of a prompt of 1,024 tokens through all layers',
  },
  run: async (bench) => {
    const stages = await bench.stages();
    const measured = await sample(bench.repeats(usualRates), async () => ({
      compress: (1000 * numTokens) / (await stages.compress(numTokens)).ms,
      recompute: (1000 * numTokens) / (await stages.prefill(numTokens)).ms,
    }));
    return [
      rowOf(
        'stage-compress',
        'tokens/s',
        measured.map(({ compress }) => compress),
      ),
      rowOf(
        'stage-recompute',
        'tokens/s',
        measured.map(({ recompute }) => recompute),
      ),
    ];
  },
};

const costs: Experiment = {
  rows: {
    'dispatch-cost': 'a dispatch of one workgroup that waits for the one before it',
    'read-back-cost': 'reading four bytes back, which each token of an answer waits for',
  },
  run: async (bench) => {
    const stages = await bench.stages({ model: false });
    const measured = await sample(bench.repeats(usualCosts), () => stages.costs());
    const inMicroseconds = (values: readonly number[]) => values.map((ms) => 1000 * ms);
    const recorded = formatNumber(1000 * median(measured.map(({ recordMs }) => recordMs)));
    const against = `${measured[0]?.how ?? ''}; recording one takes the host ${recorded} us`;
    const dispatches = inMicroseconds(measured.map(({ dispatchMs }) => dispatchMs));
    const reads = inMicroseconds(measured.map(({ readMs }) => median(readMs)));
    return [rowOf('dispatch-cost', 'us', dispatches, { against }), rowOf('read-back-cost', 'us', reads)];
  },
};

export const stageExperiments: readonly Experiment[] = [costs, rates];
