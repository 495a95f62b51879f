// Answers one question about an open document: gather -> recompute -> decode, with evidence and the figures of each phase.
import { InvalidInputError, invariant, throwIfAborted, type GatherSettings } from '@longread/core';
import type { Gpu } from '@longread/gpu';
import {
  checkGatherSettings,
  defaultGather,
  planPrompt,
  resolveSampling,
  type Calibration,
} from '@longread/planner';
import type { Answer, AskOptions, PhaseStats, StrategyName } from './api.ts';
import { decode } from './decode.ts';
import type { OpenDocument } from './document.ts';
import { evidenceOf } from './evidence.ts';
import type { Transformer } from './forward/transformer.ts';
import { gather } from './gather.ts';
import type { Model } from './load.ts';
import { createPhaseClock } from './phases.ts';
import { promptTokens, searchTokens } from './prompt.ts';
import { createDecodeCache, recompute, type DecodeCache } from './recompute.ts';

/** What answering needs; all documents of an engine share it. */
export interface AnswerContext {
  readonly gpu: Gpu;
  readonly model: Model;
  readonly transformer: Transformer;
  readonly calibration: Calibration;
  /** The decode cache of the question before, reused while it is long enough. */
  cache: DecodeCache | undefined;
}

export interface AnswerOptions extends AskOptions {
  readonly onPiece?: (text: string) => void;
}

const defaultNewTokens = 256;

/** Which tokens of the document go into the prompt, and how well each matches. */
interface Selection {
  readonly positions: Uint32Array<ArrayBuffer>;
  readonly scores: Float32Array<ArrayBuffer>;
}

/**
 * @throws InvalidInputError (options) | LimitExceededError (question or `full` document exceed the window) | AbortedError |
 * IntegrityError (a damaged chunk) | DeviceLostError
 */
export async function answer(
  context: AnswerContext,
  document: OpenDocument,
  question: string,
  options: AnswerOptions,
): Promise<Answer> {
  const { gpu, model, transformer } = context;
  const { tokenizer, config } = model;
  const { signal, onProgress, strategy = 'reform', maxNewTokens = defaultNewTokens } = options;
  if (question.trim() === '') throw new InvalidInputError('The question is empty. Type one.');
  if (!Number.isInteger(maxNewTokens) || maxNewTokens < 1) {
    throw new InvalidInputError(`maxNewTokens is ${maxNewTokens}. Set it to a whole number of at least 1.`);
  }
  // Callers may come from untyped code, where any string arrives here.
  if (!['reform', 'full'].includes(strategy)) {
    throw new InvalidInputError(`There is no strategy '${strategy}'. Use 'reform' or 'full'.`);
  }
  const sampling = resolveSampling(options);
  const prompt = promptTokens(tokenizer, question);
  const numReserved = prompt.prefix.length + prompt.question.length + prompt.suffix.length + maxNewTokens;
  const lengths = {
    prefix: prompt.prefix.length,
    question: prompt.question.length,
    suffix: prompt.suffix.length,
    contextLength: transformer.maxKeys,
    maxNewTokens,
  };
  planPrompt({ ...lengths, gathered: 0 }); // the question alone must fit
  const settings: GatherSettings = {
    ...defaultGather(config, numReserved, options.gather?.gatherSize),
    scoring: context.calibration.scoring,
    ...options.gather,
  };
  checkGatherSettings(settings, config, numReserved);

  const clock = createPhaseClock();
  const selection = await clock.run(
    'gather',
    () => select(context, document, question, strategy, settings, options),
    () => document.source.numTokens,
  );
  const { positions } = selection;
  const plan = planPrompt({ ...lengths, gathered: positions.length });
  const ids = new Uint32Array(plan.numTokens);
  ids.set(prompt.prefix, 0);
  positions.forEach((position, i) => (ids[plan.gatheredStart + i] = document.ids[position] ?? 0));
  ids.set(prompt.question, plan.questionStart);
  ids.set(prompt.suffix, plan.suffixStart);

  const cache = await cacheFor(context, plan.numPositions);
  const report = (phase: 'recompute' | 'decode', done: number, total: number) =>
    onProgress?.({ phase, done, total, unit: 'tokens' });
  await clock.run(
    'recompute',
    () =>
      recompute(gpu, transformer, cache, ids, {
        during: 'recompute',
        signal,
        onTokens: (done) => report('recompute', done, ids.length),
      }),
    () => ids.length,
  );

  const decoder = tokenizer.createDecoder();
  const output = createStopFilter(options.stop ?? [], options.onPiece);
  let generatedTokens = 0;
  let finish: Answer['finish'] = 'length';
  await clock.run(
    'decode',
    async () => {
      const tokens = decode(gpu, transformer, cache, {
        sampling,
        maxNewTokens,
        endIds: tokenizer.endOfTurnIds,
        firstSlot: ids.length,
        history: ids,
        signal,
      });
      for await (const id of tokens) {
        generatedTokens += 1;
        report('decode', generatedTokens, maxNewTokens);
        if (output.push(decoder.push(id))) break;
      }
      if (generatedTokens < maxNewTokens || output.stopped) finish = 'stop';
      output.push(decoder.end());
      output.end();
      throwIfAborted(signal, 'decode');
    },
    () => generatedTokens,
  );

  return {
    text: output.text,
    evidence: evidenceOf(tokenizer, document, positions, selection.scores),
    finish,
    stats: {
      strategy,
      adapter: gpu.facts.adapter,
      gatheredTokens: positions.length,
      generatedTokens,
      phases: clock.phases satisfies readonly PhaseStats[],
      gpuBytesPeak: gpu.peakBytes,
    },
  };
}

/** The strategies: all tokens, or those that gather finds. */
async function select(
  { gpu, model }: AnswerContext,
  document: OpenDocument,
  question: string,
  strategy: StrategyName,
  settings: GatherSettings,
  { signal, onProgress }: AnswerOptions,
): Promise<Selection> {
  const { numTokens } = document.source;
  if (strategy === 'full') {
    return {
      positions: Uint32Array.from({ length: numTokens }, (_, i) => i),
      scores: new Float32Array(numTokens),
    };
  }
  const pass = { during: 'gather', signal };
  onProgress?.({ phase: 'gather', done: 0, total: numTokens, unit: 'tokens' });
  const query = await document.compressor.embed(searchTokens(model.tokenizer, question), pass);
  const result = await gather(gpu, document.source, query, settings, pass);
  onProgress?.({ phase: 'gather', done: numTokens, total: numTokens, unit: 'tokens' });
  return result;
}

async function cacheFor(context: AnswerContext, numPositions: number): Promise<DecodeCache> {
  const { cache } = context;
  if (cache !== undefined && cache.capacity >= numPositions) return cache;
  cache?.dispose();
  context.cache = undefined;
  context.cache = await createDecodeCache(context.gpu, context.transformer, numPositions);
  return context.cache;
}

interface StopFilter {
  readonly text: string;
  readonly stopped: boolean;
  /** Passes text on as far as no stop string can begin in it; true once one was found. */
  push(piece: string): boolean;
  end(): void;
}

function createStopFilter(stops: readonly string[], onPiece: AnswerOptions['onPiece']): StopFilter {
  invariant(
    stops.every((stop) => stop !== ''),
    'an empty stop string',
  );
  const longest = Math.max(0, ...stops.map((stop) => stop.length));
  let text = '';
  let sent = 0;
  let stopped = false;
  const send = (end: number) => {
    if (end <= sent) return;
    onPiece?.(text.slice(sent, end));
    sent = end;
  };
  return {
    get text() {
      return text;
    },
    get stopped() {
      return stopped;
    },
    push: (piece) => {
      if (stopped) return true;
      text += piece;
      const at = Math.min(
        ...stops.map((stop) => text.indexOf(stop, Math.max(0, sent - longest))).filter((i) => i >= 0),
      );
      if (Number.isFinite(at)) {
        text = text.slice(0, at);
        stopped = true;
      }
      send(stopped ? text.length : text.length - Math.max(0, longest - 1));
      return stopped;
    },
    end: () => send(text.length),
  };
}
