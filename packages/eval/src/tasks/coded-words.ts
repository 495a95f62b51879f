// Frequent words (RULER fwe, arXiv 2404.06654): coded words whose counts fall by a zeta law of exponent 2, ranks 2 to 4 wanted.
import { InvalidInputError, Random } from '@longread/core';
import { tasks } from '../tasks.ts';
import type { DocumentOptions, EvalDocument } from '../types.ts';
import { wordList } from '../word-list.ts';

/** zeta(2) = pi^2 / 6. */
const zeta2 = 1.6449340668482264;
const separator = '...';
const passageWords = 60;
const leastWords = 60;

/**
 * The commonest "word" is a row of dots, to be passed over. Its one question asks for the three that follow; the evidence is every
 * place where they stand, the passage a text of the same law and {@link passageWords} words.
 *
 * @throws InvalidInputError when fewer than {@link leastWords} fit.
 */
export function codedWordsDocument(options: DocumentOptions): EvalDocument {
  const { seed, targetTokens, countTokens } = options;
  const random = new Random(seed);
  const words = [separator];
  const costs: number[] = [];
  const wordAt = (rank: number): string => {
    while (words.length <= rank) words.push(drawCode(random, words));
    return words[rank] ?? '';
  };
  const costOf = (rank: number) => (costs[rank] ??= countTokens(` ${wordAt(rank)}`));
  const tokensOf = (numWords: number) =>
    countsOf(numWords).reduce((sum, count, rank) => sum + count * costOf(rank), 0);

  let [fits, tooMany] = [0, targetTokens + 1];
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (tokensOf(middle) <= targetTokens) fits = middle;
    else tooMany = middle;
  }
  if (fits < leastWords) {
    throw new InvalidInputError(
      `${targetTokens} tokens hold ${fits} words, ${leastWords} are needed. Ask for a longer text.`,
      { value: fits, limit: leastWords },
    );
  }
  const answers = [1, 2, 3].map(wordAt);
  const write = (numWords: number) =>
    wordList(countsOf(numWords).map(wordsOf(wordAt)).flat(), answers, random);
  const { text, ranges } = write(fits);
  const { kind, maxNewTokens } = tasks.fwe;
  const id = `${kind}-${targetTokens}-${seed}`;
  const question = {
    task: 'fwe',
    id: `${id}/fwe/0`,
    question: 'Which three coded words come most often? Pass over the dots.',
    answers,
    evidence: ranges,
    passage: write(passageWords).text,
    maxNewTokens,
  } as const;
  return { id, kind, text, numTokens: countTokens(text), questions: [question] };
}

/** How often the word of each rank comes among so many: rounded down, and none that would come less than once. */
function countsOf(numWords: number): number[] {
  const counts: number[] = [];
  for (let rank = 1; ; rank++) {
    const count = Math.floor(numWords / (rank * rank * zeta2));
    if (count === 0) return counts;
    counts.push(count);
  }
}

const wordsOf = (wordAt: (rank: number) => string) => (count: number, rank: number) =>
  Array.from({ length: count }, () => wordAt(rank));

function drawCode(random: Random, taken: readonly string[]): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  const code = Array.from({ length: 6 }, () => letters[random.below(26)]).join('');
  return taken.includes(code) ? drawCode(random, taken) : code;
}
