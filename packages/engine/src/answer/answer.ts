// Answers one question about an open document by a strategy, with evidence and the figures of each phase.
import { checkInteger, InvalidInputError, throwIfAborted } from '@longread/core';
import {
  resolveSampling,
  scoresByChunk,
  supportOf,
  type Calibration,
  type MemoryItem,
} from '@longread/planner';
import type { Answer, AskOptions, AskStats, Evidence, Found } from '../api.ts';
import type { OpenDocument } from '../document.ts';
import { curveOf, evidenceOf, gatheredRanges } from './evidence.ts';
import { namesInText } from './names-in-text.ts';
import { createPhaseClock } from '../phases.ts';
import { placed, withinDocuments } from './placed.ts';
import { promptTokens } from './prompt.ts';
import { createStopFilter, type StopFilter } from './stop-filter.ts';
import { strategies } from './strategies.ts';
import { answerTo, decodePhase, promptPlan } from './recomputed.ts';
import { createThoughtFilter, type ThoughtFilter } from './thought-filter.ts';
import type { AnswerContext, Asked, Prepared, Question, UnderWay } from './strategy.ts';

export interface AnswerOptions extends AskOptions {
  readonly onPiece?: (text: string) => void;
  /** Called before the first piece. */
  readonly onFound?: (found: Found) => void;
}

const defaultNewTokens = 64;
/** A thought comes first, and takes hundreds. */
const defaultThinkingTokens = 1024;

/** Earlier turns take at most this share of the window: what is gathered must keep its place. */
const historyShare = 1 / 4;

/** What a question goes by of the document that it is about. */
interface AskedDocument {
  readonly numTokens?: number;
  readonly calibration?: Calibration;
}

/**
 * What can be said of a question before any document is read for it: its options are in range, and it fits the window.
 * @param document where it is known already.
 * @throws InvalidInputError | LimitExceededError
 */
export function checkQuestion(
  context: AnswerContext,
  question: string,
  options: AskOptions,
  { numTokens = 1, calibration = context.calibration }: AskedDocument = {},
): Question {
  const { strategy: name = 'reform', stop = [], history, system, thinking = false } = options;
  const { maxNewTokens = thinking ? defaultThinkingTokens : defaultNewTokens } = options;
  // Callers may come from untyped code, where anything arrives here.
  if (typeof question !== 'string' || question.trim() === '')
    throw new InvalidInputError('The question is empty. Type one.');
  checkInteger('maxNewTokens', maxNewTokens, 0, Infinity);
  if (!Object.hasOwn(strategies, name)) {
    throw new InvalidInputError(
      `There is no strategy '${name}'. Use one of ${Object.keys(strategies).join(', ')}.`,
      { strategy: name },
    );
  }
  if (maxNewTokens === 0 && !strategies[name].choosesPassages) {
    throw new InvalidInputError(
      `maxNewTokens is 0, which asks for passages alone, but the strategy ${name} chooses none. Set it to at least 1.`,
      { setting: 'maxNewTokens', value: 0, limit: 1 },
    );
  }
  createStopFilter(stop, false, undefined); // refuses what cannot stop anything
  const maxHistoryTokens = Math.floor(context.model.config.contextLength * historyShare);
  const checked: Question = {
    context,
    calibration,
    question,
    prompt: promptTokens(context.model.tokenizer, question, { history, maxHistoryTokens, system, thinking }),
    sampling: resolveSampling(options),
    maxNewTokens,
    gather: options.gather,
    stop: [...stop, ...context.model.tokenizer.endOfTurnTexts],
    strategyName: name,
    strategy: strategies[name],
  };
  checked.strategy.check(checked, numTokens);
  return checked;
}

/** An answer to come: what it will need, and how to get it. */
export interface PlannedAnswer {
  /** GPU memory of each phase, beside what the engine holds already. */
  readonly phases: readonly (readonly MemoryItem[])[];
  /** @throws AbortedError | IntegrityError (a damaged chunk) | OutOfMemoryError | DeviceLostError */
  readonly run: () => Promise<UnmeasuredAnswer>;
}

/** An answer without what it took of memory, which whoever runs it measures. */
export type UnmeasuredAnswer = Omit<Answer, 'stats'> & { readonly stats: Omit<AskStats, 'memory'> };

/** @throws InvalidInputError (options) | LimitExceededError (question or `full` document exceed the window) */
export function planAnswer(
  context: AnswerContext,
  document: OpenDocument,
  question: string,
  options: AnswerOptions,
): PlannedAnswer {
  const { calibration } = document;
  const asked: Asked = {
    ...underWay(checkQuestion(context, question, options, { calibration }), options),
    document,
  };
  const { strategy } = asked;
  // Before time goes into words: a passage that cannot be read fails the answer.
  const found = async ({ positions, scores, unfollowed = scores }: Prepared) => ({
    evidence: (await evidenceOf(document, positions, scores)).flatMap((passage) => placed(document, passage)),
    gathered: (await gatheredRanges(document, positions)).flatMap((range) =>
      withinDocuments(document, range),
    ),
    curve: await curveOf(document, unfollowed, document.numChars),
  });
  return {
    phases: strategy.plan(asked),
    run: running(
      asked,
      options,
      () => strategy.prepare(asked),
      found,
      (passages) => namesInText(document.text, question, passages, asked.signal),
    ),
  };
}

/**
 * Plans what the model answers by itself, within its window: no document, no passages.
 * @throws InvalidInputError (options; those of a document) | LimitExceededError
 */
export function planChat(context: AnswerContext, question: string, options: AnswerOptions): PlannedAnswer {
  const { strategy, gather, maxNewTokens } = options;
  if (strategy !== undefined || gather !== undefined || maxNewTokens === 0) {
    throw new InvalidInputError(
      'Without a document there are no passages: `strategy`, `gather` and `maxNewTokens: 0` are of no use. Leave them out, or name a document.',
    );
  }
  const checked = checkQuestion(context, question, { ...options, strategy: 'full' }, { numTokens: 0 });
  // With no text above it, it begins the message.
  const prompt = { ...checked.prompt, question: context.model.tokenizer.encodeText(question) };
  const asked = underWay({ ...checked, prompt }, options);
  const prepare = async (): Promise<Prepared> => {
    const ids = Uint32Array.from([...prompt.prefix, ...prompt.question, ...prompt.suffix]);
    const answer = await answerTo(asked, ids, promptPlan(asked, 0).numPositions);
    return { positions: new Uint32Array(), scores: scoresByChunk(0), ...answer };
  };
  return {
    phases: [decodePhase(asked, 0)],
    run: running(asked, options, prepare, () => Promise.resolve(nothingFound)),
  };
}

/** Without a document. */
const nothingFound: Found = { evidence: [], gathered: [], curve: undefined };

function underWay(question: Question, { signal, onProgress }: AnswerOptions): UnderWay {
  return {
    ...question,
    signal,
    clock: createPhaseClock(),
    report: (phase, done, total) => onProgress?.({ phase, done, total, unit: 'tokens' }),
  };
}

/** What answers, once it is prepared and its passages are found. */
function running(
  asked: UnderWay,
  options: AnswerOptions,
  prepare: () => Promise<Prepared>,
  find: (prepared: Prepared) => Promise<Found>,
  namesIn: (passages: readonly Evidence[]) => Promise<boolean | undefined> = () => Promise.resolve(undefined),
): () => Promise<UnmeasuredAnswer> {
  const { context, clock, prompt } = asked;
  const output = createStopFilter(asked.stop, options.endsRepetition ?? true, options.onPiece);
  const thoughts = createThoughtFilter(prompt.opensThought);
  return async () => {
    const prepared = await prepare();
    try {
      const found = await find(prepared);
      options.onFound?.(found);
      const { numTokens, finish } = await clock.run(
        'decode',
        () => write(asked, prepared, output, thoughts),
        (generated) => generated.numTokens,
      );
      const gatheredTokens = prepared.positions.length;
      const wordTokens = prompt.prefix.length + prompt.question.length + prompt.suffix.length;
      const stats = {
        strategy: asked.strategyName,
        adapter: context.gpu.facts.adapter,
        gatheredTokens,
        promptTokens: wordTokens + gatheredTokens,
        generatedTokens: numTokens,
        historyTurns: prompt.numTurns,
        phases: clock.phases,
        gpuBytesPeak: context.gpu.peakBytes,
      };
      const { positions, match } = prepared;
      const support =
        positions.length === 0
          ? undefined
          : supportOf(
              asked.question,
              found.evidence,
              match,
              asked.calibration.minMatch,
              await namesIn(found.evidence),
            );
      const { thought } = thoughts;
      return {
        text: output.text,
        ...(thought !== undefined && { thought }),
        ...found,
        support,
        finish,
        stats,
      };
    } finally {
      prepared.dispose();
    }
  };
}

/** Generates the answer's text. */
async function write(
  asked: UnderWay,
  { tokens }: Prepared,
  output: StopFilter,
  thoughts: ThoughtFilter,
): Promise<{ numTokens: number; finish: Answer['finish'] }> {
  const { context, maxNewTokens, signal } = asked;
  const decoder = context.model.tokenizer.createDecoder();
  let numTokens = 0;
  for await (const id of tokens) {
    numTokens += 1;
    asked.report('decode', numTokens, maxNewTokens);
    if (output.push(thoughts.push(decoder.push(id)))) break;
  }
  const finish = output.cut ?? (numTokens < maxNewTokens ? 'stop' : 'length');
  if (finish === 'stop') output.push(thoughts.push(decoder.end())); // a character that the limit cut is none
  output.push(thoughts.end());
  output.end();
  throwIfAborted(signal, 'decode');
  return { numTokens, finish };
}
