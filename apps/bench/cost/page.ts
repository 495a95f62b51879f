// docs/cost.md: what a token costs by phase, how far that explains what is measured here, and what it predicts elsewhere. Pure.
import { invariant } from '@longread/core';
import { markdownTable } from 'markdown-table';
import type { Results } from '../command/results/report.ts';
import { rowsOf } from '../command/results/kept-runs.ts';
import { devices, peakFlops } from './devices.ts';
import { larger, packaged, type Sizes } from './models.ts';
import {
  asking,
  compressWork,
  decodeWork,
  reading,
  recomputeWork,
  searching,
  searchWork,
  secondsOf,
  type Rates,
  type Work,
} from './work.ts';

/** Shares of a device's peaks, by kind of work. */
type Shares = Rates;

/** What GPUs are to reach (attention and products of f32 peak, memory of decode); search is not set a mark and counts as attention. */
const aims: Shares = { products: 0.5, attention: 0.4, search: 0.4, bytes: 0.7 };
/** Of a decoded token: what is recorded for a layer at most; and microseconds, the least that was published of a browser on a GPU. */
const dispatches = { aLayer: 8, micros: 24 };

interface Measured {
  readonly value: number;
  readonly share: number;
  readonly said: string;
}

function measuredOf(runs: readonly Results[], name: string): Measured {
  const row = rowsOf(runs).find((one) => one.name === name);
  if (row?.value == null) throw new Error(`docs/results/bench.json has no row ${name}.`);
  return { value: row.value, share: row.share ?? NaN, said: row.against ?? '' };
}

function sharesHere(runs: readonly Results[]): Shares {
  const shareOf = (name: string) => measuredOf(runs, name).share;
  return {
    products: shareOf('prefill-matmul-share'),
    attention: shareOf('attention-share'),
    search: shareOf('similarity-1m'),
    bytes: shareOf('decode-vs-peak-bandwidth'),
  };
}

function ratesOf(flops: number, bytes: number, shares: Shares): Rates {
  return {
    products: flops * shares.products,
    attention: flops * shares.attention,
    search: flops * shares.search,
    bytes: bytes * shares.bytes,
  };
}

const phases: readonly (readonly [string, (sizes: Sizes) => Work])[] = [
  ['read', compressWork],
  ['recompute', recomputeWork],
  ['decode', decodeWork],
  ['search', searchWork],
];

/** With three digits, and a separator of thousands. */
function digits(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
}

function exact(value: number): string {
  return value.toLocaleString('en-US');
}

function duration(seconds: number): string {
  if (seconds < 120) return `${digits(seconds)} s`;
  return seconds < 7200 ? `${digits(seconds / 60)} min` : `${digits(seconds / 3600)} h`;
}

/** Tokens a second. */
function decodeRate(sizes: Sizes, rates: Rates): number {
  const recorded = 1e6 / (sizes.numLayers * dispatches.aLayer * dispatches.micros);
  return Math.min(1 / secondsOf(decodeWork(sizes), rates), recorded);
}

/** Seconds of one question over a read document. */
function questionSeconds(sizes: Sizes, rates: Rates, numTokens: number): number {
  return (
    numTokens * secondsOf(searchWork(sizes), rates) +
    asking.gathered * secondsOf(recomputeWork(sizes), rates) +
    asking.written / decodeRate(sizes, rates)
  );
}

function costTable(): string {
  const rows = [packaged, ...larger].flatMap((sizes) =>
    phases.map(([phase, workOf]) => {
      const { products, attention, search, bytes } = workOf(sizes);
      return [sizes.name, phase, ...[products, attention, search, bytes].map((one) => digits(one / 1e6))];
    }),
  );
  const header = ['model', 'phase', 'products, MFLOP', 'attention, MFLOP', 'search, MFLOP', 'memory, MB'];
  return markdownTable([header, ...rows], { align: ['l', 'l', 'r', 'r', 'r', 'r'] });
}

function hereTable(runs: readonly Results[]): string {
  const flops = 1e9 * measuredOf(runs, 'peak-multiply-add-12').value;
  const rates = ratesOf(flops, 1e9 * measuredOf(runs, 'peak-copy').value, sharesHere(runs));
  const rateOf = (work: Work) => `${digits(1 / secondsOf(work, rates))} tokens/s`;
  const saidOf = (name: string) => [name, measuredOf(runs, name).said.split(';')[0] ?? ''];
  return markdownTable([
    ['phase', 'by this page', 'row', 'measured'],
    ['read', rateOf(compressWork(packaged)), ...saidOf('compress-over-full-prefill-4k')],
    ['recompute', rateOf(recomputeWork(packaged)), ...saidOf('prefill-1k-vs-transformersjs')],
    ['decode', rateOf(decodeWork(packaged)), ...saidOf('decode-2k-vs-wllama')],
  ]);
}

function predictions(shares: Shares): string {
  const million = 1_000_000;
  const rows = devices.flatMap((device) =>
    larger.map((sizes) => {
      const rates = ratesOf(peakFlops(device), 1e9 * device.gigabytesPerSecond, shares);
      const read = secondsOf(compressWork(sizes), rates);
      return [
        `${device.name}${device.isStated ? '' : ' *'}`,
        sizes.name,
        digits(1 / read),
        digits(1 / secondsOf(recomputeWork(sizes), rates)),
        digits(decodeRate(sizes, rates)),
        duration(million * read),
        duration(questionSeconds(sizes, rates, million)),
        '',
      ];
    }),
  );
  const header = ['device', 'model', 'read', 'recompute', 'decode', '1M tokens read', 'a question of them'];
  return markdownTable([[...header, 'measured'], ...rows], {
    align: ['l', 'l', 'r', 'r', 'r', 'r', 'r', 'l'],
  });
}

function longTable(): string {
  const device = devices.find(({ name }) => name.startsWith('Apple M4'));
  const sizes = larger.find(({ name }) => name.startsWith('1.7B'));
  invariant(device && sizes, 'both are in the tables above');
  const rates = ratesOf(peakFlops(device), 1e9 * device.gigabytesPerSecond, aims);
  const storedBytes = searching.numParts * (sizes.headDim + 4) + 8 + 5; // ids, offsets, and five bytes of text
  const rows = [1e6, 1e8].map((numTokens) => {
    const search = searchWork(sizes);
    return [
      exact(numTokens),
      duration(numTokens * secondsOf(compressWork(sizes), rates)),
      `${digits((numTokens * storedBytes) / 1e9)} GB`,
      `${digits((numTokens * search.bytes) / 1e9)} GB`,
      duration((numTokens * search.search) / rates.search),
      duration(
        asking.gathered * secondsOf(recomputeWork(sizes), rates) + asking.written / decodeRate(sizes, rates),
      ),
    ];
  });
  const header = [
    'tokens',
    'reading',
    'stored',
    'read from the store by a question',
    'its arithmetic',
    'recompute and 64 tokens',
  ];
  return `Of ${sizes.name} on ${device.name}, at the shares aimed for:\n\n${markdownTable([header, ...rows], { align: header.map(() => 'r') })}`;
}

/** The whole page. @throws Error where what it cites is not kept */
export function costPage(runs: readonly Results[]): string {
  const shares = sharesHere(runs);
  const percent = (share: number) => `${digits(100 * share)} %`;
  return `# What a token costs

Made by \`node tools/start.mjs cost\` from apps/bench/cost and [results/bench.json](results/bench.json). Measured is only what says so.

## By phase

What the method needs of a token, whatever kernels do: a chunk of ${exact(reading.chunkSize)} tokens read over ${exact(reading.budget)} kept ones, ${exact(asking.gathered)} gathered, decode behind
${exact(asking.cached)} cached, matrices in int4 with a scale and a minimum for 32 weights, the embedding in int8. Search is that of a question of ${String(asking.question)} tokens
whose find is followed: late interaction by one head, then two hops of ${String(searching.hopQueries)} query tokens by ${String(searching.numParts)}; its memory is the stored embeddings, once a search.

${costTable()}

Weights are read once a chunk, so reading and recompute are arithmetic; decode is memory.

## How far that explains what is measured

On Chromium's software adapter, two cores, the packaged model. Peaks of that adapter are ${digits(measuredOf(runs, 'peak-multiply-add-12').value)} GFLOP/s of multiply-adds and ${digits(measuredOf(runs, 'peak-copy').value)} GB/s of
copying; of these the engine has ${percent(shares.products)} in products, ${percent(shares.attention)} in attention, ${percent(shares.search)} in search, and ${percent(shares.bytes)} of the memory in decode (bench rows
prefill-matmul-share, attention-share, similarity-1m, decode-vs-peak-bandwidth).

${hereTable(runs)}

## Predicted for GPUs

**Nothing here was measured**; the last column is empty until somebody does (docs/gpu.md says how). The one GPU that was measured, with other models,
is in [results/nvidia-h200.md](results/nvidia-h200.md). Peaks are f32 lanes x 2 x clock and
memory bandwidth as published; those marked * by others than the maker. Tokens a second of reading, recompute and decode; no faster in
decode than ${String(dispatches.aLayer)} dispatches a layer of ${String(dispatches.micros)} microseconds, the least that was published of a browser.

At the shares that the engine has on the software adapter:

${predictions(shares)}

At those that it is to have on a GPU, ${percent(aims.products)} in products, ${percent(aims.attention)} in attention and search, ${percent(aims.bytes)} of the memory in decode:

${predictions(aims)}

## Where the next bottleneck lies

${longTable()}

A million tokens: reading, by far; after that a question is mostly recompute and decode. A hundred million: a question is bound by what the
store gives, since each of its searches reads all embeddings; at 1 GB/s that takes a second for each gigabyte of the table. One part a token
where one head is enough, later hops among candidates alone, or an index over windows would help; faster kernels would not.
`;
}
