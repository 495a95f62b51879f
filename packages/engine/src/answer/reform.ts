// The strategies that recompute a prompt: reform gathers the tokens a question needs, full takes all that the window holds.
import type { GatherSettings } from '@longread/core';
import {
  checkGatherSettings,
  decodeMemory,
  defaultGather,
  planPrompt,
  searchMemory,
  type MemoryItem,
  type PromptPlan,
} from '@longread/planner';
import { decode } from '../decode.ts';
import { gather, searchShape, type GatherResult } from '../gather.ts';
import { searchTokens } from './prompt.ts';
import { recompute } from '../recompute.ts';
import { decodeCacheFor, type Asked, type Prepared, type Question, type Strategy } from './strategy.ts';

/** REFORM, arXiv 2506.01215: gather -> recompute -> decode. */
export const reform: Strategy = {
  check: (question) => void gatherSettings(question),
  plan: (asked) => {
    const { context, document } = asked;
    const { config, tokenizer } = context.model;
    const settings = gatherSettings(asked);
    const shape = searchShape(document.source, searchTokens(tokenizer, asked.question).length, settings);
    const search = searchMemory(config, document.source.numParts, shape);
    const { cache } = context;
    const numGathered = Math.min(settings.gatherSize, document.source.numTokens);
    return [
      [search, ...(cache ? [decodeMemory(config, cache.capacity)] : [])],
      decodePhase(asked, numGathered),
    ];
  },
  prepare: (asked) => {
    const { context, document, signal } = asked;
    const { numTokens } = document.source;
    const settings = gatherSettings(asked);
    return recomputed(asked, async () => {
      const pass = { during: 'gather', signal };
      asked.report('gather', 0, numTokens);
      const ids = searchTokens(context.model.tokenizer, asked.question);
      const query = await document.compressor.embed(ids, pass);
      const result = await gather(context.gpu, document.source, query, settings, pass);
      asked.report('gather', numTokens, numTokens);
      return result;
    });
  },
};

/** Everything, inside the window. */
export const full: Strategy = {
  check: (question) => void promptPlan(question, 1),
  plan: (asked) => [decodePhase(asked, asked.document.source.numTokens)],
  prepare: (asked) => {
    const { numTokens } = asked.document.source;
    const positions = Uint32Array.from({ length: numTokens }, (_, i) => i);
    return recomputed(asked, () => Promise.resolve({ positions, scores: new Float32Array(numTokens) }));
  },
};

async function recomputed(asked: Asked, select: () => Promise<GatherResult>): Promise<Prepared> {
  const { context, document, prompt, sampling, maxNewTokens, signal, clock } = asked;
  const { gpu, transformer, model } = context;
  const { positions, scores } = await clock.run('gather', select, () => document.source.numTokens);
  const plan = promptPlan(asked, positions.length);
  const ids = new Uint32Array(plan.numTokens);
  ids.set(prompt.prefix, 0);
  positions.forEach((position, i) => (ids[plan.gatheredStart + i] = document.ids[position] ?? 0));
  ids.set(prompt.question, plan.questionStart);
  ids.set(prompt.suffix, plan.suffixStart);

  const cache = await decodeCacheFor(context, plan.numPositions);
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
    positions,
    scores,
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

/** @throws LimitExceededError when the prompt does not fit the window */
function promptPlan({ context, prompt, maxNewTokens }: Question, gathered: number): PromptPlan {
  return planPrompt({
    prefix: prompt.prefix.length,
    gathered,
    question: prompt.question.length,
    suffix: prompt.suffix.length,
    contextLength: context.transformer.maxKeys,
    maxNewTokens,
  });
}

/** The decode cache while this is asked: a longer one of an earlier question stays. */
function decodePhase(asked: Asked, gathered: number): readonly MemoryItem[] {
  const { cache, model } = asked.context;
  return [
    decodeMemory(model.config, Math.max(promptPlan(asked, gathered).numPositions, cache?.capacity ?? 0)),
  ];
}

/** @throws InvalidInputError | LimitExceededError */
function gatherSettings(asked: Question): GatherSettings {
  const { context, prompt, maxNewTokens, gather: wanted } = asked;
  const { config } = context.model;
  promptPlan(asked, 0); // the question alone must fit
  const numReserved = prompt.prefix.length + prompt.question.length + prompt.suffix.length + maxNewTokens;
  const settings: GatherSettings = {
    ...defaultGather(config, numReserved, wanted?.gatherSize),
    scoring: context.calibration.scoring,
    ...wanted,
  };
  checkGatherSettings(settings, config, numReserved);
  return settings;
}
