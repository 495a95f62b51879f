// Rows of single kernels: the device's peaks, and what share of them the engine's products, attention and search reach.
import { median } from '@longread/core';
import type { PeakWork, Work } from '../../pages/stages/driver.ts';
import { sample, type Experiment } from '../experiment.ts';
import { formatNumber } from '../results/report.ts';
import { ratioRow, rowOf, shareRow, unmeasuredRow, type Row } from '../results/row.ts';

/** Samples of one kernel: each takes about a second. */
const usualRepeats = 5;
/** A chunk behind a full compressed cache, at the default settings. */
const chunk = { tokens: 1024, slots: 1024 };

const gflops = ({ flops, ms }: Work): number => flops / ms / 1e6;
const gigabytes = ({ bytes, ms }: Work): number => bytes / ms / 1e6;

const peaks: Experiment = {
  rows: {
    'peak-multiply-add':
      'a loop of multiply-adds, vec4 x 8 accumulators; a processor keeps them on its stack',
    'peak-multiply-add-12': 'the same with 12 scalar accumulators, which 16 registers hold',
    'peak-multiply-add-f16': 'the same in f16, vec4 x 4 or x 8 accumulators, where the device has it',
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
    ): Promise<Row> => {
      const works = (await sample(count, measure)).filter((work) => work !== undefined);
      const how = works[0]?.how;
      if (how === undefined) return unmeasuredRow(name, 'the device has no f16');
      return rowOf(name, unit, works.map(rate), { against: how });
    };
    return [
      await row('peak-multiply-add', 'GFLOP/s', gflops, () => stages.multiplyAdd(32)),
      await row('peak-multiply-add-12', 'GFLOP/s', gflops, () => stages.multiplyAdd(12)),
      await row('peak-multiply-add-f16', 'GFLOP/s', gflops, () => stages.multiplyAddF16()),
      await row('peak-copy', 'GB/s', gigabytes, () => stages.copy()),
      await row('peak-read', 'GB/s', gigabytes, () => stages.read()),
    ];
  },
};

const prefillMatmul: Experiment = {
  rows: {
    'prefill-matmul-share': "all matrix products of a layer over 1,024 tokens, the model's int4 weights",
    'prefill-matmul-share-12': 'the same as a share of what 12 accumulators in registers reach',
  },
  run: async (bench) => {
    const { layerProducts, multiplyAdd } = await bench.stages();
    const triples = await sample(bench.repeats(usualRepeats), async () => ({
      peak: gflops(await multiplyAdd(32)),
      inRegisters: gflops(await multiplyAdd(12)),
      own: gflops(await layerProducts(chunk.tokens)),
    }));
    const rate = formatNumber(median(triples.map(({ own }) => own)));
    const row = (name: string, of: (triple: (typeof triples)[number]) => number, peak: string) =>
      shareRow(
        name,
        triples.map((triple) => triple.own / of(triple)),
        `${rate} of ${formatNumber(median(triples.map(of)))} GFLOP/s (${peak})`,
      );
    return [
      row('prefill-matmul-share', ({ peak }) => peak, 'peak-multiply-add'),
      row('prefill-matmul-share-12', ({ inRegisters }) => inRegisters, 'peak-multiply-add-12'),
    ];
  },
};

const attentionKernels: Experiment = {
  rows: {
    'attention-share':
      'plain attention of 1,024 tokens over 1,024 cached and themselves; only visible pairs counted',
    'column-sums-over-plain-attention': 'time of attention with column sums over that of plain attention',
  },
  run: async (bench) => {
    const { attention, multiplyAdd } = await bench.stages();
    const plain = () => attention(chunk.tokens, chunk.slots, false);
    const withSums = () => attention(chunk.tokens, chunk.slots, true);
    const triples = await sample(bench.repeats(usualRepeats), async () => ({
      peak: await multiplyAdd(32),
      plain: await plain(),
      sums: await withSums(),
    }));
    const shares = triples.map(({ plain: own, peak }) => gflops(own) / gflops(peak));
    const ratios = triples.map(({ plain: own, sums }) => sums.ms / own.ms);
    const rate = formatNumber(median(triples.map(({ plain: own }) => gflops(own))));
    const peak = formatNumber(median(triples.map((triple) => gflops(triple.peak))));
    const ms = formatNumber(median(triples.map(({ plain: own }) => own.ms)));
    return [
      shareRow('attention-share', shares, `${rate} of ${peak} GFLOP/s (peak-multiply-add)`),
      ratioRow('column-sums-over-plain-attention', 'x time', ratios, `plain attention: ${ms} ms a layer`),
    ];
  },
};

const similarity: Experiment = {
  rows: {
    'similarity-1m': 'one hop of gather: a million synthetic embeddings, 32 query tokens, host included',
  },
  run: async (bench) => {
    const { search, multiplyAdd } = await bench.stages({ model: false });
    const pairs = await sample(bench.repeats(3), async () => ({
      peak: gflops(await multiplyAdd(32)),
      own: gflops(await search(1_000_000, 32)),
    }));
    const against = `${formatNumber(median(pairs.map(({ peak }) => peak)))} GFLOP/s (peak-multiply-add)`;
    const share = median(pairs.map(({ own, peak }) => own / peak));
    return [
      rowOf(
        'similarity-1m',
        'GFLOP/s',
        pairs.map(({ own }) => own),
        { share, against },
      ),
    ];
  },
};

const decodeBandwidth: Experiment = {
  rows: {
    'decode-vs-peak-bandwidth': 'bytes of weights and cache that decode reads a second behind 1,024 tokens',
  },
  run: async (bench) => {
    const { decode, copy } = await bench.stages();
    const numTokens = 16;
    const pairs = await sample(bench.repeats(usualRepeats), async () => ({
      peak: await copy(),
      own: await decode(chunk.slots, numTokens),
    }));
    const rate = formatNumber(median(pairs.map(({ own }) => (1000 * numTokens) / own.ms)));
    const bytes = formatNumber(median(pairs.map(({ own }) => gigabytes(own))));
    const peak = formatNumber(median(pairs.map((pair) => gigabytes(pair.peak))));
    const shares = pairs.map((pair) => gigabytes(pair.own) / gigabytes(pair.peak));
    const against = `${bytes} of ${peak} GB/s (peak-copy); ${rate} tokens/s`;
    return [shareRow('decode-vs-peak-bandwidth', shares, against)];
  },
};

export const kernelExperiments: readonly Experiment[] = [
  peaks,
  prefillMatmul,
  attentionKernels,
  decodeBandwidth,
  similarity,
];
