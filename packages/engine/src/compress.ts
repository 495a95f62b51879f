// Stage 3, compress: reads a document chunk by chunk through the lower layers, evicts by attention received, and keeps one
// embedding per token. Design 3.1 and 3.2, arXiv 2506.01215.
import {
  invariant,
  type CompressState,
  type EmbeddingBlock,
  type EmbeddingHead,
  type ReadSettings,
} from '@longread/core';
import type { BufferOwner, Gpu } from '@longread/gpu';
import {
  addMoments,
  createMoments,
  embeddingSizes,
  h2oRule,
  planEviction,
  qkvWidth,
} from '@longread/planner';
import { embedExtract, embedQuantize } from '@longread/shaders';
import { createCompressedCache } from './compressed-cache.ts';
import type { RowRange } from './forward/projector.ts';
import type { PassOptions, Transformer } from './forward/transformer.ts';
import { readLayers, type ReadOptions } from './read-layers.ts';

/** A document being read, or one that was: its compressed cache on the GPU. */
export interface Compressor {
  readonly numChunks: number;
  readonly moments: Float64Array<ArrayBuffer>;
  /**
   * Reads the next chunk; the state moves on only when all of it is done. Allocates what reading needs when it is not there.
   * @throws AbortedError | DeviceLostError | OutOfMemoryError | LimitExceededError
   */
  compress(ids: Uint32Array<ArrayBuffer>, options: ReadOptions): Promise<EmbeddingBlock>;
  /** Frees what only reading needs: the second copy of the cache. */
  endReading(): void;
  /**
   * Makes it one that `embed`s questions of documents that were read elsewhere: after none of them, only what stands before a document.
   * @param moments of those documents.
   * @throws AbortedError | DeviceLostError | OutOfMemoryError
   */
  beginWith(moments: Float64Array<ArrayBuffer>, options: PassOptions): Promise<void>;
  /** Unit embeddings `[numTokens, numParts, headDim]` of a question after the document; the state stays as it is. */
  embed(ids: Uint32Array<ArrayBuffer>, options: PassOptions): Promise<Float32Array<ArrayBuffer>>;
  /** Copies the state at the time of the call to the host; done before the chunk after the next one is read. */
  save(): Promise<CompressState>;
  /** Replaces the state by one that `save` gave. */
  restore(state: CompressState): void;
  /** Which entries of [kept ++ chunk] the last chunk kept, per layer: `[numKvHeads, numEntries]`, 1 or 0. For diagnosis. */
  keptFlags(layer: number): Promise<Uint32Array<ArrayBuffer>>;
  /** The last chunk's unit embeddings as they were before rounding, as `embed` gives a question's. For diagnosis. */
  exactEmbeddings(): Promise<Float32Array<ArrayBuffer>>;
  dispose(): void;
}

/** The kernels of embeddings. @throws ShaderCompileError */
export function compileEmbeddings({ kernels }: Gpu) {
  return Promise.all([kernels.get(embedExtract.bodies.plain), kernels.get(embedQuantize.bodies.plain)]);
}

/**
 * Allocates a document's compressed cache and the scratch of a chunk.
 *
 * @param beginId what stands before a document's first token, and is none of them: an entry of the cache that is evicted as others are.
 * @throws ShaderCompileError | OutOfMemoryError | LimitExceededError
 */
export function createCompressor(
  gpu: Gpu,
  transformer: Transformer,
  settings: ReadSettings,
  beginId?: number,
): Promise<Compressor> {
  return gpu.build('document', (owner) => compressorOn(gpu, owner, transformer, settings, beginId));
}

async function compressorOn(
  gpu: Gpu,
  owner: BufferOwner,
  transformer: Transformer,
  settings: ReadSettings,
  beginId: number | undefined,
): Promise<Compressor> {
  const { config, activations } = transformer;
  const { numHeads, numKvHeads, headDim } = config;
  const { recorder } = gpu;
  const { budget, chunkSize, heads } = settings;
  invariant(chunkSize <= transformer.maxTokens, 'a chunk exceeds the activations');
  const lastLayer = settings.exitLayer - 1;
  const numParts = heads.length;
  const sizes = embeddingSizes(config, settings);
  const cache = await createCompressedCache(gpu, owner, config, activations.anglesOf, {
    ...settings,
    numLayers: lastLayer,
    wholeChunks: true,
    rule: h2oRule,
  });
  const ids = owner.storage('ids', sizes.ids);
  const embeddings = owner.storage('embeddings', sizes.embeddings);
  const quants = owner.storage('embedding quants', sizes.quants);
  const scales = owner.storage('embedding scales', sizes.scales);
  const [extract, quantize] = await compileEmbeddings(gpu);

  let numChunks = 0;
  let numEntries = 0;
  let lastTokens = 0;
  let moments = createMoments(numParts, headDim);
  /** The last chunk's, whose moments are added while the device works on the next, or when somebody asks for them: milliseconds. */
  let owed: EmbeddingBlock | undefined;
  const settledMoments = () => {
    if (owed) {
      moments = moments.slice();
      addMoments(moments, owed, headDim);
      owed = undefined;
    }
    return moments;
  };

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
        { qkv: activations.qkv, e: embeddings },
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

  /** Through the layers up to the last needed one; with `evicting` the cache's other half becomes the state after these tokens. */
  const pass = async (tokens: Uint32Array<ArrayBuffer>, options: ReadOptions, evicting: boolean) => {
    const numTokens = tokens.length;
    invariant(numTokens >= 1 && numTokens <= chunkSize, `a chunk of ${numTokens} tokens`);
    gpu.write(ids, 0, tokens);
    await transformer.fetch(tokens);
    transformer.embed(ids, numTokens);
    await readLayers(transformer, cache, numTokens, evicting ? budget : undefined, options, (layer) =>
      extractParts(layer, numTokens),
    );
    const last = heads.filter((head) => head.layer === lastLayer).map(columnsOf);
    transformer.project(lastLayer, numTokens, last);
    extractParts(lastLayer, numTokens);
    lastTokens = numTokens;
  };
  const readEmbeddings = async (options?: PassOptions) =>
    new Float32Array(await recorder.read(embeddings, 0, 4 * lastTokens * numParts * headDim, options));

  /** Reads what stands before a document's first token, where the model wants it. */
  const begin = async (options: PassOptions) => {
    if (beginId === undefined || cache.numSlots > 0) return;
    await cache.startReading();
    await pass(Uint32Array.of(beginId), options, true);
    cache.advance(1);
  };

  return {
    get numChunks() {
      return numChunks;
    },
    get moments() {
      return settledMoments();
    },
    compress: async (tokens, options) => {
      await cache.startReading();
      await begin({ during: options.during, signal: options.signal });
      await pass(tokens, options, true);
      const rows = tokens.length * numParts;
      recorder.dispatch(quantize, { e: embeddings, quants, scales }, { num_rows: rows, head_dim: headDim });
      const reading = recorder.readAll(
        [
          { buffer: quants, bytes: rows * headDim },
          { buffer: scales, bytes: 4 * rows },
        ],
        options,
      );
      settledMoments();
      const [quantBytes, scaleBytes] = await reading;
      invariant(quantBytes && scaleBytes, 'two buffers were read');
      const block: EmbeddingBlock = {
        numTokens: tokens.length,
        quants: new Int8Array(quantBytes),
        scales: new Float32Array(scaleBytes),
      };
      const plan = planEviction(cache.numSlots, tokens.length, budget);
      cache.advance(plan.numKept);
      numEntries = plan.numEntries;
      numChunks += 1;
      owed = block;
      return block;
    },
    embed: async (tokens, options) => {
      const width = numParts * headDim;
      const query = new Float32Array(tokens.length * width);
      for (let start = 0; start < tokens.length; start += chunkSize) {
        const piece = tokens.slice(start, start + chunkSize);
        await pass(piece, options, false);
        query.set(await readEmbeddings(options), start * width);
      }
      return query;
    },
    save: async () => ({ numChunks, moments: settledMoments(), ...(await cache.save()) }),
    restore: (state) => {
      ({ numChunks, moments } = state);
      owed = undefined;
      cache.restore(state);
    },
    endReading: () => cache.endReading(),
    beginWith: async (given, options) => {
      await begin(options);
      cache.endReading();
      moments = given;
      owed = undefined;
    },
    keptFlags: (layer) => cache.keptFlags(layer, numEntries),
    exactEmbeddings: () => readEmbeddings(),
    dispose: () => owner.dispose(),
  };
}
