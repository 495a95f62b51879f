// The strategy reform: what the question needs is gathered and recomputed.
import {
  bestWindows,
  decodeMemory,
  mayFollow,
  planFollowing,
  planReplay,
  searchMemory,
  type Window,
} from '@longread/planner';
import { gather } from '../gather.ts';
import { searchShape } from '../search.ts';
import { searchTokens } from './prompt.ts';
import { decodePhase, gatherSettings, mostGathered, recomputed, replayDivider } from './recomputed.ts';
import { toSentences } from './sentences.ts';
import type { Strategy } from './strategy.ts';

/** REFORM, arXiv 2506.01215: gather -> recompute -> decode. Reading does not need the question. */
export const reform: Strategy = {
  choosesPassages: true,
  check: (question) => void gatherSettings(question),
  mostTokens: mostGathered,
  plan: (asked) => {
    const { context, document } = asked;
    const { config, tokenizer } = context.model;
    const settings = gatherSettings(asked);
    const { source } = document;
    const numQuestion = searchTokens(tokenizer, asked.question).length;
    const searches = [settings, ...(mayFollow(settings) ? [planFollowing(settings).settings] : [])];
    const { cache } = context;
    const held = cache ? [decodeMemory(config, cache.capacity)] : [];
    return [
      ...searches.map((each) => [
        searchMemory(config, source.numParts, searchShape(source, numQuestion, each)),
        ...held,
      ]),
      decodePhase(asked, mostGathered(asked) + settings.replay),
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
      const onTokens = (done: number) => asked.report('gather', done, numTokens);
      const searching = { ...pass, onTokens };
      const result = await gather(context.gpu, document.source, query, settings, searching, widen);
      asked.report('gather', numTokens, numTokens);
      const { replay } = settings;
      if (replay === 0) return result;
      const best = bestWindows(result.unfollowed ?? result.scores, settings, replay);
      const passages = widen ? await widen(best) : best;
      return { ...result, replayed: planReplay(passages, replay, replayDivider(asked).length) };
    });
  },
};
