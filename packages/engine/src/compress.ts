// Stage 3, compress: reads a document chunk by chunk through the lower layers, evicts by attention received (H2O), and keeps
// one embedding per token. The state before a chunk stays whole until the chunk is committed. Design 3.1, arXiv 2506.01215.
import {
  invariant,
  type CompressState,
  type EmbeddingBlock,
  type EmbeddingHead,
  type ReadSettings,
} from '@longread/core';
import type { BufferOwner, Gpu } from '@longread/gpu';
import { addMoments, createMoments, planEviction } from '@longread/planner';
import { embedExtract, embedQuantize, evictCompact, evictSelect, rotateKept } from '@longread/shaders';
import type { LayerCache } from './forward/attention.ts';
import { qkvWidth } from './forward/activations.ts';
import type { RowRange } from './forward/projector.ts';
import type { PassOptions, Transformer } from './forward/transformer.ts';

/** A document being read, or one that was: its compressed cache on the GPU. */
export interface Compressor {
  /** Entries kept per layer and KV head. */
  readonly numSlots: number;
  readonly numChunks: number;
  readonly moments: Float64Array<ArrayBuffer>;
  /** Reads the next chunk; the state moves on only when all of it is done. */
  compress(ids: Uint32Array<ArrayBuffer>, options: ChunkOptions): Promise<EmbeddingBlock>;
  /** Unit embeddings `[numTokens, numParts, headDim]` of a question after the document; the state stays as it is. */
  embed(ids: Uint32Array<ArrayBuffer>, options: PassOptions): Promise<Float32Array<ArrayBuffer>>;
  /** Copies the state to the host. */
  save(): Promise<CompressState>;
  /** Replaces the state by one that `save` gave. */
  restore(state: CompressState): void;
  /** Which entries of [kept ++ chunk] the last chunk kept, per layer: `[numKvHeads, numEntries]`, 1 or 0. For diagnosis. */
  keptFlags(layer: number): Promise<Uint32Array<ArrayBuffer>>;
  dispose(): void;
}

export interface ChunkOptions extends PassOptions {
  /** Progress within the chunk, in whole tokens' worth of work. */
  readonly onTokens?: (done: number) => void;
}

/** The compressed cache of one layer: `[2, numKvHeads, budget, headDim]` and `[numKvHeads, budget]`. */
interface KeptLayer {
  readonly kv: GPUBuffer;
  readonly sums: GPUBuffer;
}

/**
 * Allocates a document's compressed cache (twice: a chunk writes the half that is not in use) and its scratch.
 * @throws ShaderCompileError | OutOfMemoryError | LimitExceededError
 */
export async function createCompressor(
  gpu: Gpu,
  transformer: Transformer,
  settings: ReadSettings,
): Promise<Compressor> {
  const { config } = transformer;
  const { numHeads, numKvHeads, headDim } = config;
  const { recorder, kernels } = gpu;
  const { budget, chunkSize, recent, heads } = settings;
  invariant(chunkSize <= transformer.maxTokens, 'a chunk exceeds the activations');
  /** Layers with attention; the last needed layer only projects. */
  const numCached = settings.exitLayer - 1;
  const numParts = heads.length;
  const capacity = Math.ceil((budget + chunkSize) / 16) * 16;
  const owner: BufferOwner = gpu.owner('document');

  const halves = [0, 1].map((half) =>
    Array.from({ length: numCached }, (_, layer) => ({
      kv: owner.storage(`kept ${half}/${layer}`, 4 * 2 * numKvHeads * budget * headDim),
      sums: owner.storage(`sums ${half}/${layer}`, 4 * numKvHeads * budget),
    })),
  );
  const cache: LayerCache = {
    keys: owner.storage('chunk keys', 4 * numKvHeads * capacity * headDim),
    values: owner.storage('chunk values', 4 * numKvHeads * capacity * headDim),
  };
  const sums = owner.storage('chunk sums', 4 * numKvHeads * capacity);
  const flags = Array.from({ length: numCached }, (_, layer) =>
    owner.storage(`flags ${layer}`, 4 * numKvHeads * capacity),
  );
  const ids = owner.storage('ids', 4 * chunkSize);
  const embeddings = owner.storage('embeddings', 4 * chunkSize * numParts * headDim);
  const quants = owner.storage('embedding quants', chunkSize * numParts * headDim);
  const scales = owner.storage('embedding scales', 4 * chunkSize * numParts);
  await owner.settled();

  const rotate = await kernels.get(rotateKept, { HALF_PAIRS: config.ropePairing === 'half' ? 1 : 0 });
  const select = await kernels.get(evictSelect);
  const compact = await kernels.get(evictCompact);
  const extract = await kernels.get(embedExtract);
  const quantize = await kernels.get(embedQuantize);

  let half = 0;
  let numSlots = 0;
  let numChunks = 0;
  let numEntries = 0;
  let moments = createMoments(numParts, headDim);

  const keptLayer = (which: number, layer: number): KeptLayer => {
    const kept = halves[which]?.[layer];
    invariant(kept, `no compressed cache for layer ${layer}`);
    return kept;
  };
  const kvBytes = (slots: number) => 4 * slots * headDim;

  /** Columns of a calibrated head in a row of projections. */
  const columnsOf = ({ type, head }: EmbeddingHead): RowRange => {
    const first = { Q: 0, K: numHeads, V: numHeads + numKvHeads }[type] + head;
    return { first: first * headDim, count: headDim };
  };
  const extractParts = (layer: number, numTokens: number) =>
    heads.forEach((head, part) => {
      if (head.layer !== layer) return;
      recorder.dispatch(
        extract,
        { qkv: transformer.activations.qkv, e: embeddings },
        {
          num_tokens: numTokens,
          row_stride: qkvWidth(config),
          column: columnsOf(head).first,
          head_dim: headDim,
          part,
          num_parts: numParts,
        },
      );
    });

  const restoreKept = (layer: number) => {
    if (numSlots === 0) return;
    recorder.dispatch(
      rotate,
      {
        kept_kv: keptLayer(half, layer).kv,
        angles: transformer.activations.angles,
        keys: cache.keys,
        values: cache.values,
      },
      { num_slots: numSlots, num_kv_heads: numKvHeads, head_dim: headDim, budget, capacity },
    );
  };
  const startSums = (layer: number) => {
    recorder.clear(sums, 0, sums.size);
    for (let head = 0; head < numKvHeads; head++) {
      const from = keptLayer(half, layer).sums;
      recorder.copy(from, 4 * head * budget, sums, 4 * head * capacity, 4 * numSlots);
    }
  };
  const evict = (layer: number, entries: number) => {
    const flagged = flags[layer];
    invariant(flagged, `no flags for layer ${layer}`);
    const next = keptLayer(1 - half, layer);
    recorder.dispatch(
      select,
      { sums, flags: flagged },
      { num_entries: entries, num_kv_heads: numKvHeads, capacity, keep: budget, recent },
    );
    recorder.dispatch(
      compact,
      {
        flags: flagged,
        sums,
        kept_kv: keptLayer(half, layer).kv,
        qkv: transformer.activations.qkv,
        next_kv: next.kv,
        next_sums: next.sums,
      },
      {
        num_entries: entries,
        num_slots: numSlots,
        num_heads: numHeads,
        num_kv_heads: numKvHeads,
        head_dim: headDim,
        capacity,
        budget,
      },
    );
  };

  /** Through layers 0 .. exitLayer - 1; with `evicting` the other half becomes the state after these tokens. */
  const pass = async (tokens: Uint32Array<ArrayBuffer>, options: ChunkOptions, evicting: boolean) => {
    const numTokens = tokens.length;
    invariant(numTokens >= 1 && numTokens <= chunkSize, `a chunk of ${numTokens} tokens`);
    gpu.write(ids, 0, tokens);
    transformer.embed(ids, numTokens);
    for (let layer = 0; layer < numCached; layer++) {
      transformer.project(layer, numTokens);
      extractParts(layer, numTokens);
      restoreKept(layer);
      if (evicting) startSums(layer);
      const span = { numTokens, firstSlot: numSlots, capacity };
      await transformer.attend(layer, span, cache, options, evicting ? sums : undefined);
      if (evicting) evict(layer, numSlots + numTokens);
      await transformer.mlp(layer, numTokens, options);
      options.onTokens?.(Math.floor((numTokens * (layer + 1)) / numCached));
    }
    const last = heads.filter((head) => head.layer === numCached).map(columnsOf);
    transformer.project(numCached, numTokens, last);
    extractParts(numCached, numTokens);
  };

  return {
    get numSlots() {
      return numSlots;
    },
    get numChunks() {
      return numChunks;
    },
    get moments() {
      return moments;
    },
    compress: async (tokens, options) => {
      await pass(tokens, options, true);
      const rows = tokens.length * numParts;
      recorder.dispatch(quantize, { e: embeddings, quants, scales }, { num_rows: rows, head_dim: headDim });
      const block: EmbeddingBlock = {
        numTokens: tokens.length,
        quants: new Int8Array(await recorder.read(quants, 0, rows * headDim)),
        scales: new Float32Array(await recorder.read(scales, 0, 4 * rows)),
      };
      await recorder.pace(options.signal, options.during);
      const plan = planEviction(numSlots, tokens.length, budget);
      numEntries = plan.numEntries;
      numSlots = plan.numKept;
      numChunks += 1;
      half = 1 - half;
      moments = moments.slice();
      addMoments(moments, block, headDim);
      return block;
    },
    embed: async (tokens, options) => {
      const query = new Float32Array(tokens.length * numParts * headDim);
      for (let start = 0; start < tokens.length; start += chunkSize) {
        const piece = tokens.slice(start, start + chunkSize);
        await pass(piece, options, false);
        const bytes = 4 * piece.length * numParts * headDim;
        query.set(new Float32Array(await recorder.read(embeddings, 0, bytes)), start * numParts * headDim);
      }
      return query;
    },
    save: async () => {
      const headFloats = numSlots * headDim;
      const keys = new Float32Array(numCached * numKvHeads * headFloats);
      const values = new Float32Array(keys.length);
      const scores = new Float32Array(numCached * numKvHeads * numSlots);
      for (let layer = 0; layer < numCached; layer++) {
        const { kv, sums: kept } = keptLayer(half, layer);
        const all = new Float32Array(await recorder.read(kv, 0, kv.size));
        const received = new Float32Array(await recorder.read(kept, 0, 4 * numKvHeads * budget));
        for (let head = 0; head < numKvHeads; head++) {
          const row = layer * numKvHeads + head;
          const from = head * budget * headDim;
          const plane = numKvHeads * budget * headDim;
          keys.set(all.subarray(from, from + headFloats), row * headFloats);
          values.set(all.subarray(plane + from, plane + from + headFloats), row * headFloats);
          scores.set(received.subarray(head * budget, head * budget + numSlots), row * numSlots);
        }
      }
      return { numChunks, numSlots, keys, values, scores, moments };
    },
    restore: (state) => {
      numChunks = state.numChunks;
      numSlots = state.numSlots;
      moments = state.moments;
      const headFloats = numSlots * headDim;
      for (let layer = 0; layer < numCached; layer++) {
        const { kv, sums: kept } = keptLayer(half, layer);
        for (let head = 0; head < numKvHeads; head++) {
          const row = layer * numKvHeads + head;
          const slice = (all: Float32Array<ArrayBuffer>, width: number) =>
            all.subarray(row * width, (row + 1) * width);
          gpu.write(kv, kvBytes(head * budget), slice(state.keys, headFloats));
          gpu.write(kv, kvBytes((numKvHeads + head) * budget), slice(state.values, headFloats));
          gpu.write(kept, 4 * head * budget, slice(state.scores, numSlots));
        }
      }
    },
    keptFlags: async (layer) => {
      const flagged = flags[layer];
      invariant(flagged, `no flags for layer ${layer}`);
      const all = new Uint32Array(await recorder.read(flagged, 0, flagged.size));
      const kept = new Uint32Array(numKvHeads * numEntries);
      for (let head = 0; head < numKvHeads; head++) {
        kept.set(all.subarray(head * capacity, head * capacity + numEntries), head * numEntries);
      }
      return kept;
    },
    dispose: () => owner.dispose(),
  };
}
