// The strategy bm25: the chunks of text that share most words with the question.
import { createBreath } from '../breath.ts';
import type { OpenDocument } from '../document.ts';
import { lateScript } from '../late-script.ts';
import { charsOf } from './evidence.ts';
import { decodePhase, gatherSettings, mostGathered, recomputed, type Selection } from './recomputed.ts';
import type { Asked, Strategy } from './strategy.ts';

/** Tokens of a chunk, as in the retrieval baselines of REFORM (arXiv 2506.01215). */
const chunkTokens = 128;

/**
 * Retrieval by words: the chunks with the highest BM25 (Robertson and Zaragoza, 2009), in the document's order up to `gatherSize`
 * tokens, recomputed. Evidence is these chunks. Reading does not need the question; the text is gone through for each.
 */
export const bm25: Strategy = {
  choosesPassages: true,
  check: (question) => void gatherSettings(question),
  mostTokens: mostGathered,
  plan: (asked) => [decodePhase(asked, mostGathered(asked))],
  prepare: (asked) => recomputed(asked, () => select(asked)),
};

async function select(asked: Asked): Promise<Selection> {
  const { document, question, signal } = asked;
  const { numTokens } = document.source;
  const { createBm25, planWholeChunks } = await lateScript(() => import('./compared.ts'));
  const scorer = createBm25(question);
  const breathe = createBreath(signal, 'gather');
  for (let first = 0; first < numTokens; first += chunkTokens) {
    await breathe();
    scorer.add(await textOf(document, first, Math.min(first + chunkTokens, numTokens)));
    asked.report('gather', Math.min(first + chunkTokens, numTokens), numTokens);
  }
  return planWholeChunks(scorer.scores(), numTokens, chunkTokens, gatherSettings(asked).gatherSize);
}

/** Of the tokens `start .. end - 1`. */
async function textOf(document: OpenDocument, start: number, end: number): Promise<string> {
  return document.text.slice(await charsOf(document, { start, end }));
}
