// What the strategies have in common that keep a cache of the whole prompt: it is read chunk by chunk through all layers, entries are
// evicted by a rule, and decoding goes on from those that are left. Nothing is searched or recomputed; the rules are the planner's.
import type { BufferOwner, Gpu } from '@longread/gpu';
import {
  decodeMemory,
  evictingMemory,
  planEviction,
  planReading,
  type EvictionRule,
  type ReadingPlan,
} from '@longread/planner';
import { createCompressedCache } from '../compressed-cache.ts';
import { decode } from '../decode.ts';
import type { DecodeCache } from '../forward/decode-cache.ts';
import type { Transformer } from '../forward/transformer.ts';
import { readLayers, type ReadOptions } from '../read-layers.ts';
import { promptPlan } from './recomputed.ts';
import { decodeCacheFor, type Asked, type Strategy } from './strategy.ts';

export interface EvictingReader {
  /** Entries kept per layer and KV head. */
  readonly numSlots: number;
  /** Reads the next chunk, after which `keep` entries stay. @throws AbortedError | DeviceLostError */
  read(ids: Uint32Array<ArrayBuffer>, keep: number, options: ReadOptions): Promise<void>;
  /** Leaves the logits after the last token read, and what is kept, rotated, in the first slots of `cache`. */
  unpackInto(cache: DecodeCache): void;
  /** As Compressor's. */
  keptFlags(layer: number): Promise<Uint32Array<ArrayBuffer>>;
  dispose(): void;
}

export interface EvictingReaderOptions {
  readonly rule: EvictionRule;
  readonly chunkSize: number;
  /** Most entries that are kept after a chunk. */
  readonly budget: number;
  /** Of the read settings, for rules that go by it. */
  readonly recent: number;
}

/** @throws ShaderCompileError | OutOfMemoryError | LimitExceededError */
export function createEvictingReader(
  gpu: Gpu,
  transformer: Transformer,
  options: EvictingReaderOptions,
): Promise<EvictingReader> {
  return gpu.build('kept cache', (owner) => readerOn(gpu, owner, transformer, options));
}

async function readerOn(
  gpu: Gpu,
  owner: BufferOwner,
  transformer: Transformer,
  options: EvictingReaderOptions,
): Promise<EvictingReader> {
  const { config, activations } = transformer;
  const cache = await createCompressedCache(gpu, owner, config, activations.angles, {
    ...options,
    numLayers: config.numLayers,
    wholeChunks: false,
  });
  const buffer = owner.storage('ids', 4 * options.chunkSize);
  await cache.startReading();
  let numTokens = 0;
  let numEntries = 0;
  return {
    get numSlots() {
      return cache.numSlots;
    },
    read: async (ids, keep, pass) => {
      numTokens = ids.length;
      gpu.write(buffer, 0, ids);
      transformer.embed(buffer, numTokens);
      await readLayers(transformer, cache, numTokens, keep, pass);
      const plan = planEviction(cache.numSlots, numTokens, keep);
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

/**
 * The prompt is [template ++ document ++ question ++ template]: of any length, unless the rule evicts once. Read with the document's
 * read settings; no evidence.
 */
export function evicting(rule: EvictionRule): Strategy {
  return {
    check: (question) => {
      if (rule.once) promptPlan(question, 1);
    },
    plan: (asked) => {
      const { context, document } = asked;
      const { config } = context.model;
      const { chunkSize } = document.manifest.settings;
      const { budget, numPositions } = reading(asked, rule);
      const held = Math.max(numPositions, context.cache?.capacity ?? 0);
      return [[evictingMemory(config, { budget, chunkSize }, rule.once), decodeMemory(config, held)]];
    },
    prepare: async (asked) => {
      const { context, document, signal, clock } = asked;
      const { gpu, transformer } = context;
      const { chunkSize, recent } = document.manifest.settings;
      const ids = promptIds(asked);
      const { chunks, budget, numPositions } = reading(asked, rule);
      const reader = await createEvictingReader(gpu, transformer, { rule, chunkSize, budget, recent });
      try {
        await clock.run(
          'compress',
          async () => {
            for (const { firstToken, numTokens, keep } of chunks) {
              const report = (done: number) => asked.report('compress', firstToken + done, ids.length);
              report(0);
              const pass = { during: 'compress', signal, onTokens: report };
              await reader.read(ids.slice(firstToken, firstToken + numTokens), keep, pass);
            }
            await gpu.recorder.finish({ during: 'compress', signal });
          },
          () => ids.length,
        );
        const cache = await decodeCacheFor(context, numPositions);
        const none = { positions: new Uint32Array(), scores: new Float32Array() };
        return { ...none, tokens: generate(asked, rule, reader, cache), dispose: () => reader.dispose() };
      } catch (error) {
        reader.dispose();
        throw error;
      }
    },
  };
}

/**
 * Decodes behind the kept entries. Where every chunk evicts, slots run out after `chunkSize` tokens: they are then read as one more
 * chunk, which gives their attention and evicts exactly as reading did, and decoding goes on from what is left.
 */
async function* generate(
  asked: Asked,
  rule: EvictionRule,
  reader: EvictingReader,
  cache: DecodeCache,
): AsyncGenerator<number> {
  const { context, document, sampling, signal, maxNewTokens } = asked;
  const { gpu, transformer, model } = context;
  const { chunkSize, budget } = document.manifest.settings;
  /** What a repetition penalty looks back on: as many tokens as are kept. */
  let history = promptIds(asked).slice(-budget);
  for (let done = 0; done < maxNewTokens;) {
    reader.unpackInto(cache);
    const left = maxNewTokens - done;
    const room = rule.once ? left : Math.min(left, chunkSize);
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
    await reader.read(Uint32Array.from(block), budget, { during: 'decode', signal });
  }
}

function promptIds({ prompt, document }: Asked): Uint32Array<ArrayBuffer> {
  return Uint32Array.from([...prompt.prefix, ...document.ids, ...prompt.question, ...prompt.suffix]);
}

/** @throws LimitExceededError when the prompt has to fit the window and does not */
function reading(asked: Asked, rule: EvictionRule): ReadingPlan {
  const { document, prompt, maxNewTokens } = asked;
  const numDocument = document.ids.length;
  if (rule.once) promptPlan(asked, numDocument);
  const numPrompt = prompt.prefix.length + numDocument + prompt.question.length + prompt.suffix.length;
  return planReading(numPrompt, maxNewTokens, rule, document.manifest.settings);
}
