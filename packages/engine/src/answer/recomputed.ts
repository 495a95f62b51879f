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
  type PromptPlan,
  type TokenSpan,
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
  /** Passages that stand once more right before the question, in this order. */
  readonly replayed?: readonly TokenSpan[];
};

/**
 * Runs the tokens of the document that `select` chooses, in their order and with the question behind them, through all layers.
 * @throws what `select` throws | LimitExceededError (they do not fit the window) | AbortedError | OutOfMemoryError | DeviceLostError
 */
export async function recomputed(asked: Asked, select: () => Promise<Selection>): Promise<Prepared> {
  const selected = await asked.clock.run('gather', select, () => asked.document.source.numTokens);
  if (asked.maxNewTokens === 0) return { ...selected, tokens: noTokens, dispose: () => undefined };
  const { replayed, ...chosen } = selected;
  const { ids, plan } = await promptOf(asked, selected.positions, replayed);
  return { ...chosen, ...(await answerTo(asked, ids, plan.numPositions)) };
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

/** The tokens in front of a passage that is quoted again, which make it a paragraph of its own. */
export function replayDivider({ context }: Question): readonly number[] {
  return context.model.tokenizer.encodeText('\n\n');
}

/**
 * The prompt with the document's tokens at `positions`, and those of `replayed` once more behind them.
 * @throws LimitExceededError when it does not fit the window
 */
export async function promptOf(
  asked: Asked,
  positions: Uint32Array,
  replayed: readonly TokenSpan[] = [],
): Promise<{ readonly ids: Uint32Array<ArrayBuffer>; readonly plan: PromptPlan }> {
  const { document, prompt } = asked;
  const divider = replayDivider(asked);
  const again: number[] = [];
  for (const { start, end } of replayed) {
    const span = Uint32Array.from({ length: end - start }, (_, i) => start + i);
    again.push(...divider, ...(await document.tokens.idsAt(span)));
  }
  const plan = promptPlan(asked, positions.length + again.length);
  const ids = new Uint32Array(plan.numTokens);
  ids.set(prompt.prefix, 0);
  ids.set(await document.tokens.idsAt(positions), plan.gatheredStart);
  ids.set(again, plan.gatheredStart + positions.length);
  ids.set(prompt.question, plan.questionStart);
  ids.set(prompt.suffix, plan.suffixStart);
  return { ids, plan };
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
  const { context, calibration, prompt, maxNewTokens, gather: wanted } = asked;
  const { config } = context.model;
  promptPlan(asked, 0); // the question alone must fit
  const around = prompt.prefix.length + prompt.question.length + prompt.suffix.length;
  const numReserved = around + maxNewTokens + (wanted?.replay ?? 0);
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
