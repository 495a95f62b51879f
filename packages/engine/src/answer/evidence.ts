// Evidence: the best sentences of what was gathered as passages of the source, best first. Their text is the source's own, from where it
// is kept: tokens lack what the vocabulary lacks, and end inside characters.
import {
  bestPassages,
  createScoreCurve,
  gatheredRuns,
  passagesByScore,
  scoresIn,
  sentencePieces,
  type CharRange,
  type ScoreCurve,
  type TokenScores,
  type TokenSpan,
} from '@longread/planner';
import type { Evidence } from '../api.ts';
import type { DocumentText } from '../document-text.ts';
import type { DocumentTokens } from '../document-tokens.ts';
import { sentenceTokens } from './sentences.ts';

/** Tokens of an answer's passages together: a quarter of the document, in these bounds. A reader is shown what was best, not all. */
const [leastShown, mostShown] = [64, 256];

/** Tokens of a sentence; a longer one is shown in pieces, and looked for no further from what was gathered. */
const maxSentence = 96;

/** Passages that stand nearer than this are one: most sentences are longer. */
const maxGap = 24;

/** What it stands in is the document's to say. */
type Passage = Omit<Evidence, 'place'>;

export interface EvidenceSource {
  readonly tokens: Pick<DocumentTokens, 'numTokens' | 'endsOf' | 'endOf'>;
  readonly text: DocumentText;
}

/**
 * @returns passages of whole sentences, whose text is the source's from `start` to `end`; of a sentence that is too long no
 * user-perceived character is parted at either end.
 * @throws IntegrityError when a text cannot be read
 */
export async function evidenceOf(
  source: EvidenceSource,
  positions: Uint32Array,
  scores: TokenScores,
): Promise<Passage[]> {
  const { numTokens } = source.tokens;
  const sentences: TokenSpan[] = [];
  for (const { start, end } of gatheredRuns(positions, 2 * maxSentence)) {
    const seen = { start: Math.max(0, start - maxSentence), end: Math.min(numTokens, end + maxSentence) };
    sentences.push(...sentencePieces(seen, await sentenceTokens(source, seen), maxSentence));
  }
  const maxTokens = Math.min(mostShown, Math.max(leastShown, Math.ceil(numTokens / 4)));
  const evidence: Passage[] = [];
  for (const passage of passagesByScore(bestPassages(sentences, positions, scores, { maxTokens, maxGap }))) {
    const range = await charsOf(source, { start: passage.firstToken, end: passage.lastToken + 1 });
    evidence.push({ ...(await source.text.passage(range)), score: passage.score });
  }
  return evidence;
}

/** Where the gathered tokens stand in the source, in UTF-16 code units, rising. */
export async function gatheredRanges(source: EvidenceSource, positions: Uint32Array): Promise<CharRange[]> {
  const ranges: CharRange[] = [];
  for (const run of gatheredRuns(positions, 0)) ranges.push(await charsOf(source, run));
  return ranges;
}

/** Tokens whose ends are at hand at once. */
const curveTokens = 16_384;

/**
 * How high the scores lie along the source; undefined where there are none, or none that stands out.
 * @throws IntegrityError when tokens cannot be read
 */
export async function curveOf(
  { tokens }: Pick<EvidenceSource, 'tokens'>,
  scores: TokenScores,
  numChars: number,
): Promise<ScoreCurve | undefined> {
  const curve = createScoreCurve(numChars);
  for (let start = 0; start < scores.length; start += curveTokens) {
    const end = Math.min(scores.length, start + curveTokens);
    curve.add(scoresIn(scores, { start, end }), await tokens.endsOf({ start, end }));
  }
  return curve.end();
}

/** Where the tokens of a stretch stand in the source. @throws IntegrityError */
export async function charsOf(
  { tokens, text }: Pick<EvidenceSource, 'tokens'> & { readonly text: Pick<DocumentText, 'startOf'> },
  { start: first, end: last }: TokenSpan,
): Promise<CharRange> {
  const start = await text.startOf(first);
  // A token inside a character ends where the character before it does.
  return { start, end: Math.max(start, await tokens.endOf(last - 1)) };
}
