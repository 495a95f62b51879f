// Okapi BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009): how well each of a document's chunks answers a
// question by the words that they share. Words are those of Unicode (UAX 29; Chinese, Japanese, Thai and their like by dictionary), so
// that no language needs rules of its own; there is neither a stop list nor stemming.

export interface Bm25Settings {
  /** How soon more of the same word counts no more. */
  readonly k1: number;
  /** How much longer chunks are held against: 0 not at all, 1 in proportion. */
  readonly b: number;
}

export const defaultBm25: Bm25Settings = { k1: 1.2, b: 0.75 };

/** Scores of the chunks of one document for one question; texts come one by one, and only what the question's words need is kept. */
export interface Bm25 {
  /** The next chunk's text. */
  add(text: string): void;
  /** `[chunks added]`; 0 where a chunk has none of the question's words. */
  scores(): Float32Array<ArrayBuffer>;
}

const segmenter = new Intl.Segmenter('und', { granularity: 'word' });

/** Words in their order, without regard to case, width or how letters are composed (NFKC). Punctuation and spaces are none. */
export function* wordsOf(text: string): Generator<string> {
  for (const { segment, isWordLike } of segmenter.segment(text.normalize('NFKC')))
    if (isWordLike) yield segment.toLowerCase();
}

/**
 * A word's weight by the `numWith` of `numChunks` chunks that have it: ln((N - n + 1/2) / (n + 1/2)), Robertson and Spärck Jones's; words
 * in half of the chunks or more say nothing, rather than the contrary.
 */
function inverseFrequency(numChunks: number, numWith: number): number {
  return Math.max(0, Math.log((numChunks - numWith + 0.5) / (numWith + 0.5)));
}

/** A word that the question has twice counts twice. */
export function createBm25(question: string, { k1, b }: Bm25Settings = defaultBm25): Bm25 {
  const asked = new Map<string, number>();
  for (const word of wordsOf(question)) asked.set(word, (asked.get(word) ?? 0) + 1);
  const lengths: number[] = [];
  /** By word: chunks that have it, with how often. */
  const found = new Map<string, Map<number, number>>([...asked.keys()].map((word) => [word, new Map()]));
  let numWords = 0;
  return {
    add: (text) => {
      const chunk = lengths.length;
      let length = 0;
      for (const word of wordsOf(text)) {
        length += 1;
        const counts = found.get(word);
        counts?.set(chunk, (counts.get(chunk) ?? 0) + 1);
      }
      lengths.push(length);
      numWords += length;
    },
    scores: () => {
      const numChunks = lengths.length;
      const scores = new Float64Array(numChunks);
      for (const [word, counts] of found) {
        const weight = (asked.get(word) ?? 0) * inverseFrequency(numChunks, counts.size);
        for (const [chunk, count] of counts) {
          const relativeLength = ((lengths[chunk] ?? 0) * numChunks) / numWords;
          const gain = (count * (k1 + 1)) / (count + k1 * (1 - b + b * relativeLength));
          scores[chunk] = (scores[chunk] ?? 0) + weight * gain;
        }
      }
      return Float32Array.from(scores);
    },
  };
}

/** @returns `[texts.length]`: the score of each text for the question. */
export function bm25Scores(
  texts: Iterable<string>,
  question: string,
  settings = defaultBm25,
): Float32Array<ArrayBuffer> {
  const bm25 = createBm25(question, settings);
  for (const text of texts) bm25.add(text);
  return bm25.scores();
}
