// The strategy reform: what the question needs is gathered and recomputed.
import { decodeMemory, searchMemory, type Window } from '@longread/planner';
import { gather } from '../gather.ts';
import { searchShape } from '../search.ts';
import { searchTokens } from './prompt.ts';
import { decodePhase, gatherSettings, recomputed } from './recomputed.ts';
import { toSentences } from './sentences.ts';
import type { Strategy } from './strategy.ts';

/** REFORM, arXiv 2506.01215: gather -> recompute -> decode. Reading does not need the question. */
export const reform: Strategy = {
  choosesPassages: true,
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
      const { wholeSentences, smoothWindow } = settings;
      const widen = wholeSentences
        ? (windows: readonly Window[]) => toSentences(document, windows, smoothWindow)
        : undefined;
      const result = await gather(context.gpu, document.source, query, settings, pass, widen);
      asked.report('gather', numTokens, numTokens);
      return result;
    });
  },
};
