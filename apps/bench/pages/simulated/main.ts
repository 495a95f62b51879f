// The page of `node tools/start.mjs simulated`: searches a store that is made while it is read, with the engine's own search.
import type { ChunkEmbeddings, DocumentManifest, GatherSettings } from '@longread/core';
import { createGpu, type Gpu } from '@longread/gpu';
import { chunkStartsOf, type DocumentStore } from '@longread/store';
import { openStore } from '@longread/store/testing';
import { gather, type EmbeddingSource } from 'longread/stages';
import type { SimulatedAnswer, SimulatedPass, SimulatedPreset, SimulatedStore } from './driver.ts';
import { readText } from './read.ts';
import { simulatedDriver, type SimulatedShape } from './records.ts';
import { storeSimulated } from './store-document.ts';

/** Of the packaged model: the embeddings of a token, and those that late interaction looks at. */
const heads: Readonly<
  Record<SimulatedPreset, { readonly numParts: number; readonly lateHeads: GatherSettings['lateHeads'] }>
> = {
  skim: { numParts: 1, lateHeads: undefined },
  read: { numParts: 4, lateHeads: { first: 1, count: 1 } },
};
const headDim = 64;

/** As a question is asked whose find is followed: a search, then two hops by all heads. */
const settings: Omit<GatherSettings, 'lateHeads'> = {
  gatherSize: 2048,
  smoothWindow: 33,
  keepEnds: 64,
  scoring: 'late-interaction',
  wholeSentences: false,
  followFrom: 0,
  hops: 1,
  peaks: 3,
  peakSpan: 12,
  rarePlaces: 0,
  bestLast: false,
};
const numQuestion = 32;

async function timed<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly ms: number }> {
  const start = performance.now();
  return { value: await work(), ms: performance.now() - start };
}

/** Milliseconds of reading all embeddings, and nothing else. */
async function readAll(blocks: AsyncIterable<ChunkEmbeddings>): Promise<number> {
  const { ms } = await timed(async () => {
    for await (const block of blocks) if (block.embeddings.numTokens === 0) throw new Error('an empty block');
  });
  return ms;
}

function sourceOf(
  store: DocumentStore,
  manifest: DocumentManifest,
  moments: Float64Array,
  passes: SimulatedPass[],
): EmbeddingSource {
  const known = new Map<number, string>();
  return {
    numTokens: manifest.numTokens,
    chunkSize: manifest.settings.chunkSize,
    chunkStarts: chunkStartsOf(manifest),
    numParts: manifest.settings.heads.length,
    headDim,
    moments,
    blocks: async function* () {
      const start = performance.now();
      let waitedMs = 0;
      const blocks = store.readEmbeddings(manifest, known)[Symbol.asyncIterator]();
      for (;;) {
        const { value: next, ms } = await timed(() => blocks.next());
        waitedMs += ms;
        if (next.done === true) break;
        yield next.value;
      }
      passes.push({ ms: performance.now() - start, storeMs: waitedMs });
    },
    block: (index) => store.readEmbeddingsOf(manifest, index, known),
  };
}

/** Of all runs: the first one compiles the kernels, and is the one that the others are compared with. */
let device: Promise<Gpu> | undefined;

/** What the next question is put to. */
let prepared:
  | {
      readonly store: DocumentStore;
      readonly manifest: DocumentManifest;
      readonly moments: Float64Array;
      readonly preset: SimulatedPreset;
    }
  | undefined;

window.longreadPrepare = async (numTokens, preset): Promise<SimulatedStore> => {
  const shape: SimulatedShape = { numTokens, chunkSize: 1024, numParts: heads[preset].numParts, headDim };
  const driver = simulatedDriver(shape);
  const store = openStore(driver);
  const made = await timed(() => storeSimulated(store, shape));
  const { id, sizeBytes } = made.value;
  const opened = await timed(() => store.open(id));
  const { manifest, state } = opened.value;
  if (state === undefined) throw new Error('the simulated document has no state');
  const keys = Array.from({ length: manifest.numChunks }, (_, index) => `embeddings/${id}/${index}`);
  const making = await timed(async () => {
    for (const key of keys) await driver.records.get([key]);
  });
  const known = new Map<number, string>();
  const verifiedMs = await readAll(store.readEmbeddings(manifest, known));
  const knownMs = await readAll(store.readEmbeddings(manifest, known));
  prepared = { store, manifest, moments: state.moments, preset };
  return {
    numTokens,
    storeBytes: sizeBytes,
    storedMs: made.ms,
    openMs: opened.ms,
    makeMs: making.ms,
    verifiedMs,
    knownMs,
  };
};

window.longreadAsk = async (): Promise<SimulatedAnswer> => {
  if (prepared === undefined) throw new Error('no simulated document was prepared');
  const { store, manifest, moments, preset } = prepared;
  const gpu = await (device ??= createGpu(navigator.gpu));
  try {
    const passes: SimulatedPass[] = [];
    const source = sourceOf(store, manifest, moments, passes);
    const query = await questionOf(source);
    const { lateHeads } = heads[preset];
    const asked = await timed(() =>
      gather(gpu, source, query, { ...settings, lateHeads }, { during: 'bench' }),
    );
    return {
      adapter: gpu.facts.adapter,
      searchMs: asked.ms,
      passes,
      gathered: asked.value.positions.length,
      gpuBytes: gpu.peakBytes,
    };
  } finally {
    store.close();
    prepared = undefined;
  }
};

window.longreadRead = readText;

/** The embeddings of a stretch in the middle, dequantised: it finds itself. */
async function questionOf(source: EmbeddingSource): Promise<Float32Array> {
  const { chunkStarts, numParts, headDim } = source;
  const { embeddings } = await source.block(chunkStarts.length >> 1);
  const width = numParts * headDim;
  const count = Math.min(numQuestion, embeddings.numTokens);
  return Float32Array.from({ length: count * width }, (_, i) => {
    const scale = embeddings.scales[Math.floor(i / headDim)] ?? NaN;
    return scale * (embeddings.quants[i] ?? NaN);
  });
}
