// The strategy reform: what the question needs is gathered and recomputed.
import { bestLast, decodeMemory, mayFollow, planFollowing, searchMemory } from '@longread/planner';
import { gather } from '../gather.ts';
import { searchShape } from '../search.ts';
import { gatherText } from './gather-text.ts';
import { searchTokens } from './prompt.ts';
import {
  decodePhase,
  gatherSettings,
  mostGathered,
  mostOrdered,
  mostRuns,
  recomputed,
} from './recomputed.ts';
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
      decodePhase(asked, settings.bestLast ? mostOrdered(asked) : mostGathered(asked)),
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
      const onTokens = (done: number) => asked.report('gather', done, numTokens);
      const text = gatherText(document, settings.wholeSentences ? settings.smoothWindow : 0, signal);
      const words = { question: asked.question, text };
      const result = await gather(
        context.gpu,
        document.source,
        query,
        settings,
        { ...pass, onTokens },
        words,
      );
      asked.report('gather', numTokens, numTokens);
      if (!settings.bestLast) return result;
      return { ...result, order: bestLast(result.positions, result.scores, mostRuns(asked)) };
    });
  },
};
