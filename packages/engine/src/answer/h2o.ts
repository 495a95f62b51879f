// The baseline h2o, arXiv 2306.14048: the whole prompt chunk by chunk through all layers with eviction by attention received, and
// decoding from the cache that is left. Nothing is searched or recomputed.
import type { ReadSettings } from '@longread/core';
import type { BufferOwner, Gpu } from '@longread/gpu';
import { decodeMemory, h2oMemory, planChunks, planEviction } from '@longread/planner';
import { createCompressedCache } from '../compressed-cache.ts';
import { decode } from '../decode.ts';
import type { Transformer } from '../forward/transformer.ts';
import { readLayers, type ReadOptions } from '../read-layers.ts';
import type { DecodeCache } from '../forward/decode-cache.ts';
import { decodeCacheFor, type Asked, type Strategy } from './strategy.ts';

export interface H2oReader {
  /** Entries kept per layer and KV head. */
  readonly numSlots: number;
  /** Reads the next chunk and evicts. @throws AbortedError | DeviceLostError */
  read(ids: Uint32Array<ArrayBuffer>, options: ReadOptions): Promise<void>;
  /** Leaves the logits after the last token read, and what is kept, rotated, in the first slots of `cache`. */
  unpackInto(cache: DecodeCache): void;
  /** As Compressor's. */
  keptFlags(layer: number): Promise<Uint32Array<ArrayBuffer>>;
  dispose(): void;
}

/** @throws ShaderCompileError | OutOfMemoryError | LimitExceededError */
export function createH2oReader(
  gpu: Gpu,
  transformer: Transformer,
  settings: ReadSettings,
): Promise<H2oReader> {
  return gpu.build('h2o', (owner) => readerOn(gpu, owner, transformer, settings));
}

async function readerOn(
  gpu: Gpu,
  owner: BufferOwner,
  transformer: Transformer,
  settings: ReadSettings,
): Promise<H2oReader> {
  const { config, activations } = transformer;
  const cache = await createCompressedCache(gpu, owner, config, activations.angles, {
    ...settings,
    numLayers: config.numLayers,
    wholeChunks: false,
  });
  const buffer = owner.storage('ids', 4 * settings.chunkSize);
  await cache.startReading();
  let numTokens = 0;
  let numEntries = 0;
  return {
    get numSlots() {
      return cache.numSlots;
    },
    read: async (ids, options) => {
      numTokens = ids.length;
      gpu.write(buffer, 0, ids);
      transformer.embed(buffer, numTokens);
      await readLayers(transformer, cache, numTokens, true, options);
      const plan = planEviction(cache.numSlots, numTokens, settings.budget);
      numEntries = plan.numEntries;
      cache.advance(plan.numKept);
    },
    unpackInto: (decodeCache) => {
      transformer.head(numTokens - 1);
      decodeCache.ids = new Uint32Array();
      const { layers, capacity } = decodeCache;
      const span = { numTokens: cache.numSlots, firstSlot: 0, capacity };
      for (const [layer, kv] of layers.entries()) {
        cache.unpack(layer, kv, capacity);
        transformer.pack(span, kv);
      }
    },
    keptFlags: (layer) => cache.keptFlags(layer, numEntries),
    dispose: () => owner.dispose(),
  };
}

/** The prompt is [template ++ document ++ question ++ template], of any length. */
export const h2o: Strategy = {
  check: () => undefined,
  plan: (asked) => {
    const { context, document } = asked;
    const { config } = context.model;
    const held = Math.max(slotsNeeded(asked), context.cache?.capacity ?? 0);
    return [[h2oMemory(config, document.manifest.settings), decodeMemory(config, held)]];
  },
  prepare: async (asked) => {
    const { context, document, signal, clock } = asked;
    const { gpu, transformer } = context;
    const { settings } = document.manifest;
    const ids = promptIds(asked);
    const reader = await createH2oReader(gpu, transformer, settings);
    try {
      await clock.run(
        'compress',
        async () => {
          for (const { firstToken, numTokens } of planChunks(ids.length, settings.chunkSize)) {
            const report = (done: number) => asked.report('compress', firstToken + done, ids.length);
            report(0);
            await reader.read(ids.slice(firstToken, firstToken + numTokens), {
              during: 'compress',
              signal,
              onTokens: report,
            });
          }
          await gpu.recorder.finish({ during: 'compress', signal });
        },
        () => ids.length,
      );
      const cache = await decodeCacheFor(context, slotsNeeded(asked));
      const none = { positions: new Uint32Array(), scores: new Float32Array() };
      return { ...none, tokens: generate(asked, reader, cache), dispose: () => reader.dispose() };
    } catch (error) {
      reader.dispose();
      throw error;
    }
  },
};

/**
 * Decodes behind the kept entries. Slots run out after `chunkSize` tokens: they are then read as one more chunk, which gives their
 * attention sums and evicts exactly as reading did, and decoding goes on from what is left.
 */
async function* generate(asked: Asked, reader: H2oReader, cache: DecodeCache): AsyncGenerator<number> {
  const { context, document, sampling, signal, maxNewTokens } = asked;
  const { gpu, transformer, model } = context;
  const { chunkSize, budget } = document.manifest.settings;
  /** What a repetition penalty looks back on: as many tokens as are kept. */
  let history = promptIds(asked).slice(-budget);
  for (let done = 0; done < maxNewTokens;) {
    reader.unpackInto(cache);
    const room = Math.min(maxNewTokens - done, chunkSize);
    const block: number[] = [];
    const tokens = decode(gpu, transformer, cache, {
      sampling: { ...sampling, seed: (sampling.seed + done) >>> 0 },
      maxNewTokens: room,
      endIds: model.tokenizer.endOfTurnIds,
      firstSlot: reader.numSlots,
      history,
      signal,
    });
    for await (const id of tokens) {
      block.push(id);
      yield id;
    }
    done += block.length;
    if (block.length < room || done === maxNewTokens) return;
    history = Uint32Array.from([...history, ...block]).slice(-budget);
    await reader.read(Uint32Array.from(block), { during: 'decode', signal });
  }
}

function promptIds({ prompt, document }: Asked): Uint32Array<ArrayBuffer> {
  return Uint32Array.from([...prompt.prefix, ...document.ids, ...prompt.question, ...prompt.suffix]);
}

/** Slots of the decode cache: what is kept, and the answer up to a chunk of it. Within the window, as chunkSize + budget is. */
function slotsNeeded({ document, prompt, maxNewTokens }: Asked): number {
  const { chunkSize, budget } = document.manifest.settings;
  const numTokens =
    prompt.prefix.length + document.ids.length + prompt.question.length + prompt.suffix.length;
  return Math.min(numTokens, budget) + Math.min(maxNewTokens, chunkSize);
}
