// Needle in a haystack (RULER niah, arXiv 2404.06654, in our words): one sentence with a number, hidden in prose at a given depth.
import { InvalidInputError } from '@longread/core';
import { fillerSentences, textSentences } from './filler.ts';
import { createRandom, type Random } from './random.ts';

export interface NeedleOptions {
  readonly seed: number;
  /** Where the needle is hidden: 0 the start of the text, 1 its end. */
  readonly depth: number;
  /** The model's tokenizer; called on single sentences only. */
  countTokens(text: string): number;
  /** Length of the text with the needle; sentences are added while they fit. */
  readonly targetTokens: number;
  /** `sentences` for generated prose, or a haystack text of at least `targetTokens`. */
  readonly filler: string;
}

export interface NeedleCase {
  readonly seed: number;
  readonly depth: number;
  readonly text: string;
  readonly question: string;
  /** The number, seven digits. */
  readonly answer: string;
  /** The needle in `text`: UTF-16 code units, end exclusive. */
  readonly needleStart: number;
  readonly needleEnd: number;
  /** Sum of the sentences' token counts, the needle among them: the text's count up to what merges across sentences. */
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
 * One case. The place in the question occurs nowhere else in the text, and generated prose has no digits.
 *
 * @throws InvalidInputError for a depth outside 0..1, a target without room for the needle, or a haystack that is too short.
 */
export function needleCase(options: NeedleOptions): NeedleCase {
  const { seed, depth, targetTokens } = options;
  if (!(depth >= 0 && depth <= 1)) {
    throw new InvalidInputError(`depth is ${depth}. Set it to a number from 0 to 1.`, { value: depth });
  }
  const random = createRandom(seed);
  const place = pickPlace(random, options.filler);
  const answer = String(1_000_000 + random.integer(9_000_000));
  const needle = `The secret number of the lighthouse at ${place} is ${answer}.`;
  const needleTokens = options.countTokens(` ${needle}`);
  if (needleTokens > targetTokens) {
    throw new InvalidInputError(
      `targetTokens is ${targetTokens}, but the needle alone has ${needleTokens} tokens. Set targetTokens to more than that.`,
      { value: targetTokens, limit: needleTokens },
    );
  }
  const hay = collectHay(options, targetTokens - needleTokens, random);
  const cut = cutAt(hay.counts, depth);
  const before = hay.sentences.slice(0, cut).join('').trimStart();
  const after = hay.sentences.slice(cut).join('');
  const lead = before === '' ? '' : `${before} `;
  const gap = after === '' || /^\s/.test(after) ? '' : ' ';
  return {
    seed,
    depth,
    text: `${lead}${needle}${gap}${after}`,
    question: `What is the secret number of the lighthouse at ${place}?`,
    answer,
    needleStart: lead.length,
    needleEnd: lead.length + needle.length,
    numTokens: needleTokens + hay.counts.reduce((sum, count) => sum + count, 0),
  };
}

/**
 * `samples` cases of one length at depths spread evenly over (0, 1): (i + 1/2) / samples, each with its own seed.
 *
 * @param options `tokens` is the length of each text; `filler` is `sentences` by default, `seed` 0.
 */
export function needleCases(options: {
  readonly samples: number;
  readonly tokens: number;
  countTokens(text: string): number;
  readonly filler?: string;
  readonly seed?: number;
}): NeedleCase[] {
  const { samples, tokens, filler = 'sentences', seed = 0 } = options;
  return Array.from({ length: samples }, (_, i) =>
    needleCase({
      seed: seed + i,
      depth: (i + 0.5) / samples,
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

interface Hay {
  readonly sentences: readonly string[];
  readonly counts: readonly number[];
}

/** Sentences in order, as long as they fit. */
function collectHay(options: NeedleOptions, room: number, random: Random): Hay {
  const isGenerated = options.filler === 'sentences';
  const source = isGenerated ? fillerSentences(random) : textSentences(options.filler);
  const sentences: string[] = [];
  const counts: number[] = [];
  let total = 0;
  for (const sentence of source) {
    const count = options.countTokens(sentence);
    if (total + count > room) return { sentences, counts };
    sentences.push(sentence);
    counts.push(count);
    total += count;
  }
  if (total === room) return { sentences, counts };
  throw new InvalidInputError(
    `The haystack has ${total} tokens, but ${room} are needed for a text of ${options.targetTokens}. Use a longer haystack or fewer tokens.`,
    { value: total, limit: room },
  );
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
