// Rows of single kernels: the device's peaks, and what share of them the engine's products, attention and search reach.
import { median } from '@longread/core';
import type { PeakWork, Work } from '../../pages/stages/driver.ts';
import { sample, type Experiment, type Stages } from '../experiment.ts';
import { formatNumber } from '../results/report.ts';
import { ratioRow, rowOf, unmeasuredRow, type Row } from '../results/row.ts';
import { shareOfLargest, shareRow } from '../results/shares.ts';

/** Samples of one kernel: each takes about a second. */
const usualRepeats = 5;
/** A chunk behind a full compressed cache, at the default settings. */
const chunk = { tokens: 1024, slots: 1024 };

const gflops = ({ flops, ms }: Work): number => flops / ms / 1e6;
const gigabytes = ({ bytes, ms }: Work): number => bytes / ms / 1e6;

/** Multiply-adds of either kind: which of them is the device's peak is measured, and differs. */
const arithmeticPeaks = async ({ multiplyAdd }: Stages) => ({
  'peak-multiply-add': gflops(await multiplyAdd(32)),
  'peak-multiply-add-12': gflops(await multiplyAdd(12)),
});

const memoryPeaks = async ({ copy, read }: Stages) => ({
  'peak-copy': gigabytes(await copy()),
  'peak-read': gigabytes(await read()),
});

const peaks: Experiment = {
  rows: {
    'peak-multiply-add':
      'a loop of multiply-adds, vec4 x 8 accumulators; a processor keeps them on its stack',
    'peak-multiply-add-12': 'the same with 12 scalar accumulators, which 16 registers hold',
    'peak-multiply-add-f16': 'the same in f16, vec4 x 4 or x 8 accumulators, where the device has it',
    'peak-int8-dots': 'dot products of four packed int8, eight sums an invocation',
    'peak-subgroup-matrix': 'products of 16 x 16 matrices of f16, summed in f32, where the device has them',
    'peak-copy': 'a copy of 128 MiB, bytes read and written',
    'peak-read': '128 MiB read',
  },
  run: async (bench) => {
    const stages = await bench.stages({ model: false });
    const count = bench.repeats(usualRepeats);
    const row = async (
      name: string,
      unit: string,
      rate: (work: PeakWork) => number,
      measure: () => Promise<PeakWork | undefined>,
      lacking = 'such units',
    ): Promise<Row> => {
      const works = (await sample(count, measure)).filter((work) => work !== undefined);
      const how = works[0]?.how;
      if (how === undefined) return unmeasuredRow(name, `the device has no ${lacking}`);
      return rowOf(name, unit, works.map(rate), { against: how });
    };
    return [
      await row('peak-multiply-add', 'GFLOP/s', gflops, () => stages.multiplyAdd(32)),
      await row('peak-multiply-add-12', 'GFLOP/s', gflops, () => stages.multiplyAdd(12)),
      await row('peak-multiply-add-f16', 'GFLOP/s', gflops, () => stages.multiplyAddF16(), 'f16'),
      await row('peak-int8-dots', 'GOP/s', gflops, () => stages.int8Dots()),
      await row(
        'peak-subgroup-matrix',
        'GFLOP/s',
        gflops,
        () => stages.subgroupMatrices(),
        'subgroup matrices of f16',
      ),
      await row('peak-copy', 'GB/s', gigabytes, () => stages.copy()),
      await row('peak-read', 'GB/s', gigabytes, () => stages.read()),
    ];
  },
};

const prefillMatmul: Experiment = {
  rows: {
    'prefill-matmul-share': "all matrix products of a layer over 1,024 tokens, the model's int4 weights",
  },
  run: async (bench) => {
    const stages = await bench.stages();
    const measured = await sample(bench.repeats(usualRepeats), async () => ({
      peaks: await arithmeticPeaks(stages),
      own: gflops(await stages.layerProducts(chunk.tokens)),
    }));
    return [shareRow('prefill-matmul-share', shareOfLargest(measured, 'GFLOP/s'))];
  },
};

const attentionKernels: Experiment = {
  rows: {
    'attention-share':
      'plain attention of 1,024 tokens over 1,024 cached and themselves; only visible pairs counted',
    'column-sums-over-plain-attention': 'time of attention with column sums over that of plain attention',
  },
  run: async (bench) => {
    const stages = await bench.stages();
    const attention = (sums: boolean) => stages.attention(chunk.tokens, chunk.slots, sums);
    const measured = await sample(bench.repeats(usualRepeats), async () => ({
      peaks: await arithmeticPeaks(stages),
      plain: await attention(false),
      sums: await attention(true),
    }));
    const plain = measured.map(({ plain: own, peaks }) => ({ own: gflops(own), peaks }));
    const ratios = measured.map(({ plain: own, sums }) => sums.ms / own.ms);
    const ms = formatNumber(median(measured.map(({ plain: own }) => own.ms)));
    return [
      shareRow('attention-share', shareOfLargest(plain, 'GFLOP/s')),
      ratioRow('column-sums-over-plain-attention', 'x time', ratios, `plain attention: ${ms} ms a layer`),
    ];
  },
};

/** The last tokens of a window of 8,192 of a model. */
const longAttention: Experiment = {
  rows: { 'attention-8k-share': 'plain attention of 1,024 tokens over 7,168 cached and themselves' },
  run: async (bench) => {
    const stages = await bench.stages();
    const measured = await sample(bench.repeats(usualRepeats), async () => ({
      peaks: await arithmeticPeaks(stages),
      own: gflops(await stages.attention(chunk.tokens, 8192 - chunk.tokens, false)),
    }));
    return [shareRow('attention-8k-share', shareOfLargest(measured, 'GFLOP/s'))];
  },
};

const similarity: Experiment = {
  rows: {
    'similarity-1m': 'one hop of gather: a million synthetic embeddings, 32 query tokens, host included',
    'late-interaction-over-nearest':
      'the same by late interaction over one head, beside it by the nearest token over four',
  },
  run: async (bench) => {
    const stages = await bench.stages({ model: false });
    const measured = await sample(bench.repeats(3), async () => ({
      peaks: await arithmeticPeaks(stages),
      own: await stages.search(1_000_000, 32, 'standardised'),
      late: await stages.search(1_000_000, 32, 'late-interaction'),
    }));
    const nearest = measured.map(({ peaks, own }) => ({ peaks, own: gflops(own) }));
    const { share, peak, otherShares, against } = shareOfLargest(nearest, 'GFLOP/s');
    const rates = nearest.map(({ own }) => own);
    const ratios = measured.map(({ own, late }) => late.ms / own.ms);
    const ms = formatNumber(median(measured.map(({ late }) => late.ms)));
    return [
      rowOf('similarity-1m', 'GFLOP/s', rates, { share, peak, otherShares, against }),
      ratioRow('late-interaction-over-nearest', 'x time', ratios, `late interaction: ${ms} ms`),
    ];
  },
};

const decodeBandwidth: Experiment = {
  rows: {
    'decode-vs-peak-bandwidth': 'bytes of weights and cache that decode reads a second behind 1,024 tokens',
  },
  run: async (bench) => {
    const stages = await bench.stages();
    const numTokens = 16;
    const measured = await sample(bench.repeats(usualRepeats), async () => ({
      peaks: await memoryPeaks(stages),
      work: await stages.decode(chunk.slots, numTokens),
    }));
    const rate = formatNumber(median(measured.map(({ work }) => (1000 * numTokens) / work.ms)));
    const bytes = measured.map(({ work, peaks }) => ({ own: gigabytes(work), peaks }));
    const shares = shareOfLargest(bytes, 'GB/s');
    return [
      shareRow('decode-vs-peak-bandwidth', { ...shares, against: `${shares.against}; ${rate} tokens/s` }),
    ];
  },
};

export const kernelExperiments: readonly Experiment[] = [
  peaks,
  prefillMatmul,
  attentionKernels,
  longAttention,
  decodeBandwidth,
  similarity,
];
