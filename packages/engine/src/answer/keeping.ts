// What the strategies have in common that read the whole prompt chunk by chunk through all layers and decode from the cache that is left:
// nothing is searched or recomputed. What is left is the reader's.
import { checkInteger, type ModelConfig, type ReadSettings } from '@longread/core';
import {
  decodeMemory,
  planReading,
  scoresByChunk,
  type KeptShape,
  type MemoryItem,
  type ReadingPlan,
} from '@longread/planner';
import type { CompressedCache, KeptEntries } from '../compressed-cache.ts';
import { decode } from '../decode.ts';
import type { DecodeCache } from '../forward/decode-cache.ts';
import type { ReadOptions } from '../read-layers.ts';
import { promptPlan } from './recomputed.ts';
import {
  decodeCacheFor,
  type Asked,
  type DocumentQuestion,
  type ReadPrompt,
  type Strategy,
} from './strategy.ts';

/** A prompt being read. */
export interface PromptReader {
  /** Entries per layer and KV head that the answer is decoded from. */
  readonly numSlots: number;
  /** Reads the next chunk, after which `keep` entries stay. @throws AbortedError | DeviceLostError */
  read(ids: Uint32Array<ArrayBuffer>, keep: number, options: ReadOptions): Promise<void>;
  /** Leaves the logits after the last token read, and what is kept, rotated, in the first slots of `cache`. */
  unpackInto(cache: DecodeCache): void;
  /** What is kept now, for a reader to go on from; absent where that is too much to hold. */
  readonly save?: CompressedCache['save'];
  /** @param numTokens of the prompt that were read when they were saved. */
  readonly restore?: (entries: KeptEntries, numTokens: number) => void;
  dispose(): void;
}

export interface KeptPrompt {
  /** Evicts once, behind a prompt that has to fit the window; else after every chunk, however long the prompt is. */
  readonly once: boolean;
  /** Tokens of an answer after which it is read and evicted itself, where that is not a chunk's. */
  readonly answerChunk?: number;
  /** While it is read. @throws InvalidInputError | LimitExceededError */
  memory(config: ModelConfig, shape: KeptShape, maxTokens: number): readonly MemoryItem[];
  /**
   * @param settings `budget` is the most entries that are kept after a chunk.
   * @param maxTokens prompt and answer.
   * @throws ShaderCompileError | OutOfMemoryError | LimitExceededError
   */
  createReader(asked: Asked, settings: ReadSettings, maxTokens: number): Promise<PromptReader>;
}

/**
 * The prompt is [template ++ document ++ question ++ template], read with the document's read settings; no evidence. What stands before
 * the question is read once for all questions about a document, where the reader can go on from it.
 */
export function keeping(kept: KeptPrompt): Strategy {
  return {
    check: (question, documentTokens) => {
      if (kept.once) promptPlan(question, documentTokens);
    },
    mostTokens: (asked) => Math.min(reading(asked, kept).budget, asked.document.tokens.numTokens),
    plan: (asked) => {
      const { context } = asked;
      const { config } = context.model;
      const { chunkSize } = settingsOf(asked);
      const { budget, numPositions, maxTokens } = reading(asked, kept);
      const held = Math.max(numPositions, context.cache?.capacity ?? 0);
      return [[...kept.memory(config, { budget, chunkSize }, maxTokens), decodeMemory(config, held)]];
    },
    prepare: async (asked) => {
      const { context, signal, clock } = asked;
      const ids = await promptIds(asked);
      const { chunks, budget, numPositions, maxTokens } = reading(asked, kept);
      const settings = { ...settingsOf(asked), budget };
      const reader = await kept.createReader(asked, settings, maxTokens);
      const by = JSON.stringify([asked.strategyName, settings]);
      const beforeQuestion = ids.subarray(0, numBeforeQuestion(asked));
      let numKnown = 0;
      try {
        await clock.run(
          'compress',
          async () => {
            numKnown = resume(reader, context.read, by, beforeQuestion);
            for (const { firstToken, numTokens, keep } of chunks) {
              if (firstToken < numKnown) continue;
              const report = (done: number) => asked.report('compress', firstToken + done, ids.length);
              report(0);
              const pass = { during: 'compress', signal, onTokens: report };
              await reader.read(ids.slice(firstToken, firstToken + numTokens), keep, pass);
              if (reader.save && firstToken + numTokens === beforeQuestion.length) {
                context.read = undefined; // two of them are not held at once
                context.read = { by, ids: beforeQuestion, entries: await reader.save() };
              }
            }
            await context.gpu.recorder.finish({ during: 'compress', signal });
          },
          () => ids.length - numKnown,
        );
        const cache = await decodeCacheFor(context, numPositions);
        const none = { positions: new Uint32Array(), scores: scoresByChunk(0) };
        return {
          ...none,
          tokens: generate(asked, kept, reader, cache, ids.slice(-settingsOf(asked).budget)),
          dispose: () => reader.dispose(),
        };
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
  { once, answerChunk = Infinity }: KeptPrompt,
  reader: PromptReader,
  cache: DecodeCache,
  lastIds: Uint32Array<ArrayBuffer>,
): AsyncGenerator<number> {
  const { context, sampling, signal, maxNewTokens } = asked;
  const { gpu, transformer, model } = context;
  const { chunkSize, budget } = settingsOf(asked);
  /** What a repetition penalty looks back on: as many tokens as are kept. */
  let history = lastIds;
  for (let done = 0; done < maxNewTokens;) {
    reader.unpackInto(cache);
    const left = maxNewTokens - done;
    const room = once ? left : Math.min(left, chunkSize, answerChunk);
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

/** Brings back what was kept of the same beginning by the same strategy. @returns tokens that need not be read; 0 where there are none */
function resume(
  reader: PromptReader,
  read: ReadPrompt | undefined,
  by: string,
  ids: Uint32Array<ArrayBuffer>,
): number {
  if (!reader.restore || read?.by !== by || read.ids.length !== ids.length) return 0;
  if (!ids.every((id, i) => id === read.ids[i])) return 0;
  reader.restore(read.entries, ids.length);
  return ids.length;
}

/**
 * The document's read settings for as many entries as the question asks for; the newest keep their share of them.
 * @throws InvalidInputError for more than the window holds beside a chunk
 */
function settingsOf({ context, gather, document }: DocumentQuestion): ReadSettings {
  const { settings } = document.manifest;
  const budget = gather?.gatherSize ?? settings.budget;
  checkInteger('gatherSize', budget, 1, context.model.config.contextLength - settings.chunkSize);
  return { ...settings, budget, recent: Math.floor((settings.recent * budget) / settings.budget) };
}

function numBeforeQuestion({ prompt, document }: DocumentQuestion): number {
  return prompt.prefix.length + document.tokens.numTokens;
}

async function promptIds({ prompt, document }: Asked): Promise<Uint32Array<ArrayBuffer>> {
  const { numTokens } = document.tokens;
  const stretches = [
    prompt.prefix,
    await document.tokens.idsOf({ start: 0, end: numTokens }),
    prompt.question,
    prompt.suffix,
  ];
  const ids = new Uint32Array(stretches.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const stretch of stretches) {
    ids.set(stretch, at);
    at += stretch.length;
  }
  return ids;
}

/** @throws LimitExceededError when the prompt has to fit the window and does not */
function reading(
  asked: DocumentQuestion,
  { once }: KeptPrompt,
): ReadingPlan & { readonly maxTokens: number } {
  const { document, prompt, maxNewTokens } = asked;
  const numDocument = document.tokens.numTokens;
  if (once) promptPlan(asked, numDocument);
  const numBefore = numBeforeQuestion(asked);
  const numAfter = prompt.question.length + prompt.suffix.length;
  const plan = planReading(numBefore, numAfter, maxNewTokens, { once }, settingsOf(asked));
  return { ...plan, maxTokens: numBefore + numAfter + maxNewTokens };
}
