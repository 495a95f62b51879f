// Needle in a haystack (RULER niah, arXiv 2404.06654, in our words): one sentence with a number, hidden in prose at a given depth.
import { InvalidInputError, Random } from '@longread/core';
import { fillerSentences, textSentences } from './filler.ts';
import { collectHay } from './hay.ts';

export interface NeedleOptions {
  readonly seed: number;
  /** Where needles are hidden, one each, rising: 0 the start of the text, 1 its end. */
  readonly depths: readonly number[];
  /** The model's tokenizer; called on single sentences only. */
  countTokens(text: string): number;
  /** Length of the text with its needles; sentences are added while they fit. */
  readonly targetTokens: number;
  /** `sentences` for generated prose, or a haystack text of at least `targetTokens`. */
  readonly filler: string;
}

/** One hidden sentence and the question that asks for it. Other needles of the text are its distractors. */
export interface Needle {
  readonly depth: number;
  readonly question: string;
  /** The number, seven digits. */
  readonly answer: string;
  /** The needle in the text: UTF-16 code units, end exclusive. */
  readonly start: number;
  readonly end: number;
}

export interface NeedleDocument {
  readonly seed: number;
  readonly text: string;
  readonly needles: readonly Needle[];
  /** Sum of the sentences' token counts, the needles among them: the text's count up to what merges across sentences. */
  readonly numTokens: number;
}

const placeStarts = [
  'Kar',
  'Dun',
  'Vel',
  'Ost',
  'Mor',
  'Ith',
  'Bel',
  'Tarn',
  'Gal',
  'Syl',
  'Hav',
  'Cor',
] as const;
const placeEnds = [
  'moor',
  'wick',
  'haven',
  'stead',
  'fell',
  'mouth',
  'ness',
  'ford',
  'gate',
  'holm',
  'dale',
  'bury',
] as const;

/**
 * One document. The place in a question occurs nowhere else in the text, and generated prose has no digits.
 *
 * @throws InvalidInputError for depths outside 0..1 or not rising, a target without room for the needles, or a haystack that is
 * too short.
 */
export function needleDocument(options: NeedleOptions): NeedleDocument {
  const { seed, depths, targetTokens } = options;
  depths.forEach((depth, i) => {
    if (depth >= (depths[i - 1] ?? 0) && depth <= 1) return;
    throw new InvalidInputError(`depth is ${depth}. Set depths to rising numbers from 0 to 1.`, {
      value: depth,
    });
  });
  const random = new Random(seed);
  let taken = options.filler;
  const hidden = depths.map((depth) => {
    const place = pickPlace(random, taken);
    taken += ` ${place}`;
    const answer = String(1_000_000 + random.below(9_000_000));
    return {
      depth,
      place,
      answer,
      sentence: `The secret number of the lighthouse at ${place} is ${answer}.`,
    };
  });
  const needleTokens = hidden.reduce((sum, { sentence }) => sum + options.countTokens(` ${sentence}`), 0);
  if (needleTokens > targetTokens) {
    throw new InvalidInputError(
      `targetTokens is ${targetTokens}, but the needle alone has ${needleTokens} tokens. Set targetTokens to more than that.`,
      { value: targetTokens, limit: needleTokens },
    );
  }
  const sentences = options.filler === 'sentences' ? fillerSentences(random) : textSentences(options.filler);
  const hay = collectHay(sentences, options, needleTokens);
  let text = '';
  let used = 0;
  const addHay = (end: number) => {
    const piece = hay.sentences.slice(used, end).join('');
    const gap = text === '' || piece === '' || /^\s/.test(piece) ? '' : ' ';
    text += text === '' ? piece.trimStart() : gap + piece;
    used = end;
  };
  const needles = hidden.map(({ depth, place, answer, sentence }): Needle => {
    addHay(cutAt(hay.counts, depth));
    text += text === '' ? '' : ' ';
    const start = text.length;
    text += sentence;
    const question = `What is the secret number of the lighthouse at ${place}?`;
    return { depth, question, answer, start, end: text.length };
  });
  addHay(hay.sentences.length);
  const numTokens = needleTokens + hay.counts.reduce((sum, count) => sum + count, 0);
  return { seed, text, needles, numTokens };
}

/**
 * `samples` needles of documents of one length, at depths spread evenly over (0, 1): (i + 1/2) / samples, dealt in turn to
 * `documents` texts (by default one each), every text with its own seed.
 *
 * @param options `tokens` is the length of each text; `filler` is `sentences` by default, `seed` 0.
 */
export function needleDocuments(options: {
  readonly samples: number;
  readonly documents?: number;
  readonly tokens: number;
  countTokens(text: string): number;
  readonly filler?: string;
  readonly seed?: number;
}): NeedleDocument[] {
  const { samples, tokens, filler = 'sentences', seed = 0 } = options;
  const documents = Math.min(options.documents ?? samples, samples);
  const depths = Array.from({ length: samples }, (_, i) => (i + 0.5) / samples);
  return Array.from({ length: documents }, (_, document) =>
    needleDocument({
      seed: seed + document,
      depths: depths.filter((_depth, i) => i % documents === document),
      countTokens: (text) => options.countTokens(text),
      targetTokens: tokens,
      filler,
    }),
  );
}

function pickPlace(random: Random, haystack: string): string {
  for (let tries = 0; tries < 1000; tries++) {
    const place = random.pick(placeStarts) + random.pick(placeEnds);
    if (!haystack.includes(place)) return place;
  }
  throw new InvalidInputError('The haystack names every place a needle could. Use another haystack.');
}

/** Number of sentences before the needle: the boundary nearest to `depth` of the tokens. */
function cutAt(counts: readonly number[], depth: number): number {
  const goal = depth * counts.reduce((sum, count) => sum + count, 0);
  let before = 0;
  let cut = 0;
  for (const count of counts) {
    if (before + count / 2 > goal) break;
    before += count;
    cut++;
  }
  return cut;
}
