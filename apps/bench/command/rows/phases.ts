// Rows of whole phases through the public API: how fast a cancel answers, how long a submission is, memory.
import type { MemoryStats, Progress, ReadSettings } from 'longread';
import { LongreadError, median } from '@longread/core';
import { planError } from '../engine-phases.ts';
import type { EnginePage, Experiment } from '../experiment.ts';
import { rowOf, worstRow, type Row } from '../results/row.ts';
import { ask, ingest, openReader } from './reader.ts';

function planned({ plannedBytes, peakBytes }: MemoryStats): string {
  return `${(plannedBytes / 1e6).toFixed(1)} planned, ${(peakBytes / 1e6).toFixed(1)} MB measured`;
}

/** Two chunks, the last one ragged. */
const shortDocument = 1536;

const readAndAsk: Experiment = {
  needsBrowser: 'the engine is driven in a page',
  rows: {
    'memory-plan-error': `planned against measured GPU bytes: the larger error of reading ${shortDocument} tokens and of answering`,
    'longest-submission-ms': 'the longest submission meanwhile, since the engine was created',
  },
  run: async (bench) => {
    const errors: number[] = [];
    const longest: number[] = [];
    let against = '';
    for (let i = 0; i < bench.repeats(1); i++) {
      const reader = await openReader(bench);
      const { memory } = await ingest(reader, shortDocument);
      const { stats } = await ask(reader, 16);
      errors.push(Math.max(planError(memory), planError(stats.memory)));
      against = `reading ${planned(memory)}, answering ${planned(stats.memory)}`;
      longest.push((await reader.call('info')).longestSubmissionMs);
      await bench.closePages();
    }
    return [
      worstRow('memory-plan-error', 'of the measured', errors, { against }),
      worstRow('longest-submission-ms', 'ms', longest, {
        against: 'loading, tuning and first submissions included',
      }),
    ];
  },
};

/** Milliseconds after a phase's first report at which its call is cancelled. */
const cancelDelays: Readonly<Record<Progress['phase'], readonly number[]>> = {
  fetch: [0],
  verify: [0, 200],
  load: [0, 300],
  tune: [0, 700],
  calibrate: [],
  open: [],
  tokenize: [0, 200],
  compress: [0, 700, 2500],
  gather: [0, 150],
  recompute: [0, 900, 2000],
  decode: [0, 400],
  import: [],
};

/** Cancels `run` in `phase` after each delay; times from the signal to the rejection. A call that ended before is left out. */
async function cancelIn(
  { page }: EnginePage,
  phase: Progress['phase'],
  run: () => Promise<unknown>,
): Promise<number[]> {
  const times: number[] = [];
  for (const delayMs of cancelDelays[phase]) {
    await page.evaluate(([name, delay]) => window.longreadDriver.abortAt(name, delay), [
      phase,
      delayMs,
    ] as const);
    const error: unknown = await run().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error === undefined) continue;
    if (!(error instanceof Error))
      throw new Error(`Cancelling in ${phase} rejected with something that is no error.`);
    if (!(error instanceof LongreadError && error.code === 'Aborted')) throw error;
    times.push((await page.evaluate(() => window.longreadDriver.cancelMs())) ?? NaN);
  }
  if (times.length === 0) throw new Error(`No call was still in ${phase} when it was cancelled.`);
  return times;
}

const cancel: Experiment = {
  needsBrowser: 'the engine is driven in a page',
  rows: {
    'cancel-ms-max':
      'longest time from abort() to the rejection, over all phases and several moments in each',
  },
  run: async (bench) => {
    const reader = await openReader(bench, null);
    const create = () => reader.restart();
    const worst = new Map<string, number>();
    const tryIn = async (phases: readonly Progress['phase'][], run: () => Promise<unknown>) => {
      for (const phase of phases) {
        const times = await cancelIn(reader, phase, run);
        worst.set(phase, Math.max(...times));
        bench.note(`    ${phase}: ${times.map((ms) => ms.toFixed(0)).join(', ')} ms`);
      }
    };
    await tryIn(['fetch', 'verify', 'load', 'tune'], create);
    await create();
    await tryIn(['tokenize', 'compress'], () => ingest(reader, 2048));
    await ingest(reader, 512);
    await tryIn(['gather', 'recompute', 'decode'], () => ask(reader, 16));
    const against = [...worst].map(([phase, ms]) => `${phase} ${ms.toFixed(0)}`).join(', ');
    const row = worstRow('cancel-ms-max', 'ms', [...worst.values()], {
      against: `the largest of each phase: ${against}`,
    });
    return [{ ...row, spread: null }]; // the samples are of different phases
  },
};

/** Two layers, so that many chunks are read in a minute: what is kept from chunk to chunk has the same kinds of parts. */
const skim: Partial<ReadSettings> = {
  chunkSize: 256,
  budget: 256,
  recent: 64,
  exitLayer: 2,
  heads: [
    { layer: 1, type: 'Q', head: 0 },
    { layer: 0, type: 'V', head: 2 },
  ],
};

/** The page's heap after a collection, bytes: objects and array buffers. */
async function heapReader({ page }: EnginePage): Promise<() => Promise<number>> {
  const devtools = await page.context().newCDPSession(page);
  return async () => {
    await devtools.send('HeapProfiler.collectGarbage');
    const { usedSize, backingStorageSize } = await devtools.send('Runtime.getHeapUsage');
    return usedSize + backingStorageSize;
  };
}

const heap: Experiment = {
  needsBrowser: "a page's heap is measured",
  rows: {
    'heap-drift-ingest':
      'heap in the last quarter of reading 16,384 tokens minus that in the first, after collections',
  },
  run: async (bench): Promise<readonly Row[]> => {
    const tokens = 16_384;
    // In place: a worker's heap is its own, and this measures the page's.
    const reader = await openReader(bench, { worker: false, read: skim });
    const readHeap = await heapReader(reader);
    const drifts: number[] = [];
    let sizes: number[] = [];
    for (let i = 0; i < bench.repeats(1); i++) {
      const done = new AbortController();
      const reading = ingest(reader, tokens).finally(() => done.abort());
      sizes = [];
      while (!done.signal.aborted) {
        sizes.push(await readHeap());
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
      await reading;
      const quarter = Math.floor(sizes.length / 4);
      if (quarter < 3) throw new Error(`Only ${sizes.length} readings of the heap: too few to compare.`);
      drifts.push((median(sizes.slice(-quarter)) - median(sizes.slice(0, quarter))) / 1e6);
      await reader.call('forget');
    }
    const against = `${sizes.length} readings, ${tokens / 256} chunks of two layers; ${(median(sizes) / 1e6).toFixed(1)} MB in the middle`;
    return [rowOf('heap-drift-ingest', 'MB', drifts, { against })];
  },
};

export const phaseExperiments: readonly Experiment[] = [readAndAsk, cancel, heap];
