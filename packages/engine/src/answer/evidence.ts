// Evidence: the gathered tokens as passages of the source, best first. Their text is the source's own, from where it is kept: tokens
// lack what the vocabulary lacks, and end inside characters.
import { passageCuts, passagesByScore, passagesOf } from '@longread/planner';
import type { Evidence } from '../api.ts';
import type { DocumentText } from '../document-text.ts';
import { sentenceTokens } from './sentences.ts';

/** Longest passage shown as one; longer runs are cut between sentences, so that each piece has a score of its own. */
const maxPassageTokens = 128;

/** Tokens between two gathered ones that are shown with them: ties at the cut of the gather size leave holes of a word or two. */
const maxGap = 4;

export interface EvidenceSource {
  readonly charEnds: Uint32Array;
  readonly text: DocumentText;
}

/**
 * @param scores one a token of the document.
 * @returns passages whose text is the source's from `start` to `end`, no user-perceived character parted at either end.
 * @throws IntegrityError when a text cannot be read
 */
export async function evidenceOf(
  source: EvidenceSource,
  positions: Uint32Array,
  scores: Float32Array,
): Promise<Evidence[]> {
  const { charEnds, text } = source;
  const cuts: number[] = [];
  for (const run of passagesOf(positions, scores, maxGap)) {
    const { firstToken, lastToken } = run;
    if (lastToken - firstToken < maxPassageTokens) continue;
    const starts = await sentenceTokens(source, { start: firstToken, end: lastToken + 1 });
    for (const cut of passageCuts(run, starts, maxPassageTokens)) cuts.push(cut);
  }
  const evidence: Evidence[] = [];
  for (const passage of passagesByScore(passagesOf(positions, scores, maxGap, cuts))) {
    const { firstToken, lastToken, score } = passage;
    const start = text.startOf(firstToken);
    // A token inside a character ends where the character before it does.
    const end = Math.max(start, charEnds[lastToken] ?? start);
    evidence.push({ ...(await text.passage({ start, end })), score });
  }
  return evidence;
}
