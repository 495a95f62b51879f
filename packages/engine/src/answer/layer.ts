// The strategy layer: what a question attends to in one layer of the whole document.
import { allScores, decodeMemory, layerMemory } from '@longread/planner';
import { lateScript } from '../late-script.ts';
import { searchTokens } from './prompt.ts';
import { decodePhase, gatherSettings, mostGathered, recomputed } from './recomputed.ts';
import { searchedLayer } from './searched-layer.ts';
import type { Strategy } from './strategy.ts';

/**
 * ILRe, arXiv 2508.17892: the document goes through the lower layers behind the first four entries and the newest; the question's
 * attention to all keys of one layer, before rotation and summed over heads and tokens, chooses by windows of several widths what is
 * recomputed. Reading does not need the question, but nothing of it is stored: it takes as long as reading did for every question, and
 * a layer's keys for every token on the host.
 */
export const layer: Strategy = {
  choosesPassages: true,
  check: (question) => void gatherSettings(question),
  mostTokens: mostGathered,
  plan: (asked) => {
    const { context, document } = asked;
    const { config } = context.model;
    const { settings } = document.manifest;
    return [
      [
        layerMemory(config, settings, searchedLayer(settings)),
        ...(context.cache ? [decodeMemory(config, context.cache.capacity)] : []),
      ],
      decodePhase(asked, mostGathered(asked)),
    ];
  },
  prepare: (asked) => {
    const { context, document, signal } = asked;
    const { gpu, transformer, model } = context;
    const { numTokens } = document.source;
    return recomputed(asked, async () => {
      const question = searchTokens(model.tokenizer, asked.question);
      const options = {
        during: 'gather',
        signal,
        onTokens: (done: number) => asked.report('gather', done, numTokens),
      };
      const { layerScores, planWindows } = await lateScript(() => import('./layer-scores.ts'));
      const attention = await layerScores(
        gpu,
        transformer,
        document.manifest.settings,
        await document.tokens.idsOf({ start: 0, end: numTokens }),
        question,
        options,
        model.tokenizer.beginId,
      );
      const scores = allScores(attention);
      return { positions: planWindows(scores, gatherSettings(asked)), scores };
    });
  },
};
