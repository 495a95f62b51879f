// What the strategies that recompute a prompt have in common: [template ++ chosen tokens ++ question ++ template] at positions 0 .. m-1
// through all layers, whoever chose the tokens (design 3.4).
import type { GatherSettings } from '@longread/core';
import {
  checkGatherSettings,
  decodeMemory,
  defaultGather,
  gatherSizeOf,
  planPrompt,
  type MemoryItem,
  type PassageOrder,
  type PromptPlan,
} from '@longread/planner';
import { decode } from '../decode.ts';
import { recompute } from '../recompute.ts';
import {
  decodeCacheFor,
  type Asked,
  type DocumentQuestion,
  type Prepared,
  type Question,
  type UnderWay,
} from './strategy.ts';

/** The tokens of the document that a prompt holds. */
export type Selection = Pick<Prepared, 'positions' | 'scores' | 'match' | 'unfollowed'> & {
  /** How they stand there; in the order of the text when absent. */
  readonly order?: PassageOrder;
};

/**
 * Runs the tokens of the document that `select` chooses, in their order and with the question behind them, through all layers.
 * @throws what `select` throws | LimitExceededError (they do not fit the window) | AbortedError | OutOfMemoryError | DeviceLostError
 */
export async function recomputed(asked: Asked, select: () => Promise<Selection>): Promise<Prepared> {
  const selected = await asked.clock.run('gather', select, () => asked.document.source.numTokens);
  if (asked.maxNewTokens === 0) return { ...selected, tokens: noTokens, dispose: () => undefined };
  const { order, ...chosen } = selected;
  const { ids, plan } = await promptOf(asked, selected.positions, order);
  // The paragraphs of the next question may be more: a cache for the most that was planned need not grow then.
  const most = order === undefined ? 0 : mostOrdered(asked);
  const numPositions = Math.max(plan.numPositions, promptPlan(asked, most).numPositions);
  return { ...chosen, ...(await answerTo(asked, ids, numPositions)) };
}

/** Of an answer that is its passages alone. */
const noTokens: AsyncIterable<number> = {
  [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) }),
};

/** Runs a prompt through all layers. @throws AbortedError | OutOfMemoryError | LimitExceededError | DeviceLostError */
export async function answerTo(
  asked: UnderWay,
  ids: Uint32Array<ArrayBuffer>,
  numPositions: number,
): Promise<Pick<Prepared, 'tokens' | 'dispose'>> {
  const { context, sampling, maxNewTokens, signal, clock } = asked;
  const { gpu, transformer, model } = context;
  const cache = await decodeCacheFor(context, numPositions);
  await clock.run(
    'recompute',
    () =>
      recompute(gpu, transformer, cache, ids, {
        during: 'recompute',
        signal,
        onTokens: (done) => asked.report('recompute', done, ids.length),
      }),
    (numTokens) => numTokens,
  );
  return {
    tokens: decode(gpu, transformer, cache, {
      sampling,
      maxNewTokens,
      endIds: model.tokenizer.endOfTurnIds,
      firstSlot: ids.length,
      history: ids,
      signal,
    }),
    dispose: () => undefined, // the cache stays for the next question
  };
}

/** The tokens between two paragraphs. */
const divider = ({ context }: Question): readonly number[] => context.model.tokenizer.encodeText('\n\n');

/** Of the gathered tokens the most that may be paragraphs: scraps of fewer than eight tokens each are none. */
const shortestRun = 8;

/** Paragraphs that a prompt has at most. @throws as {@link gatherSettings} */
export function mostRuns(asked: DocumentQuestion): number {
  return 1 + Math.floor(mostDividers(asked) / divider(asked).length);
}

/** Of the document the most that a prompt of paragraphs holds, with what divides them. @throws as {@link gatherSettings} */
export function mostOrdered(asked: DocumentQuestion): number {
  return mostGathered(asked) + mostDividers(asked);
}

/** Tokens between paragraphs at most: as many as the window has beside what is gathered. @throws as {@link gatherSettings} */
function mostDividers(asked: DocumentQuestion): number {
  const most = mostGathered(asked);
  const room = asked.context.model.config.contextLength - reserved(asked) - most;
  return Math.min(room, Math.floor(most / shortestRun));
}

/**
 * The prompt with the document's tokens at `positions`.
 * @param order in which they stand; that of the text when absent.
 * @throws LimitExceededError when it does not fit the window
 */
export async function promptOf(
  asked: Asked,
  positions: Uint32Array,
  order?: PassageOrder,
): Promise<{ readonly ids: Uint32Array<ArrayBuffer>; readonly plan: PromptPlan }> {
  const { document, prompt } = asked;
  const gathered = order === undefined ? await document.tokens.idsAt(positions) : await idsOf(asked, order);
  const plan = promptPlan(asked, gathered.length);
  const ids = new Uint32Array(plan.numTokens);
  ids.set(prompt.prefix, 0);
  ids.set(gathered, plan.gatheredStart);
  ids.set(prompt.question, plan.questionStart);
  ids.set(prompt.suffix, plan.suffixStart);
  return { ids, plan };
}

async function idsOf(asked: Asked, { spans, isDivided }: PassageOrder): Promise<readonly number[]> {
  const between = isDivided ? divider(asked) : [];
  const ids: number[] = [];
  for (const [i, span] of spans.entries())
    ids.push(...(i > 0 ? between : []), ...(await asked.document.tokens.idsOf(span)));
  return ids;
}

/** @throws LimitExceededError when the prompt does not fit the window */
export function promptPlan({ context, prompt, maxNewTokens }: Question, gathered: number): PromptPlan {
  return planPrompt({
    prefix: prompt.prefix.length,
    gathered,
    question: prompt.question.length,
    suffix: prompt.suffix.length,
    contextLength: context.model.config.contextLength,
    maxNewTokens,
  });
}

/** The decode cache while this is asked: a longer one of an earlier question stays. */
export function decodePhase(asked: UnderWay, gathered: number): readonly MemoryItem[] {
  const { cache, model } = asked.context;
  return [
    decodeMemory(model.config, Math.max(promptPlan(asked, gathered).numPositions, cache?.capacity ?? 0)),
  ];
}

/** Of what gathers up to `gatherSize` tokens: the most that the prompt holds of the document. @throws as {@link gatherSettings} */
export function mostGathered(asked: DocumentQuestion): number {
  return Math.min(gatherSettings(asked).gatherSize, asked.document.source.numTokens);
}

/** The caller's settings over the defaults, checked. @throws InvalidInputError | LimitExceededError */
export function gatherSettings(asked: Question): GatherSettings {
  const { context, calibration, gather: wanted } = asked;
  const { config } = context.model;
  promptPlan(asked, 0); // the question alone must fit
  const numReserved = reserved(asked);
  const settings: GatherSettings = {
    ...defaultGather(config, numReserved, wanted?.gatherSize ?? gatherSizeOf(calibration), {
      ...calibration,
      ...(wanted?.scoring && { scoring: wanted.scoring }),
    }),
    ...wanted,
  };
  checkGatherSettings(settings, config, numReserved);
  return settings;
}

/** Tokens of the window that template, question and answer need. */
function reserved({ prompt, maxNewTokens }: Question): number {
  return prompt.prefix.length + prompt.question.length + prompt.suffix.length + maxNewTokens;
}
