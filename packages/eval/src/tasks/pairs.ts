// Texts of nothing but keys and values, one of which is asked for: InfiniteBench kv_retrieval (arXiv 2402.13718), one JSON object, and
// RULER niah_multikey_2 and _3 (arXiv 2404.06654), whose haystack is other needles.
import { Random } from '@longread/core';
import { fillItems } from '../items.ts';
import { inventName } from '../names.ts';
import { shuffled } from '../shuffle.ts';
import { tasks } from '../tasks.ts';
import type { DocumentOptions, EvalDocument, EvalQuestion } from '../types.ts';
import { randomUuid } from '../uuid.ts';

interface PairTask {
  readonly frame: { readonly before: string; readonly between: string; readonly after: string };
  readonly key: (random: Random) => string;
  readonly value: (random: Random) => string;
  readonly tell: (key: string, value: string) => string;
  readonly ask: (key: string) => string;
}

const sentences = { before: '', between: ' ', after: '' };

const pairTasks = {
  kv_retrieval: {
    frame: { before: '{', between: ', ', after: '}' },
    key: randomUuid,
    value: randomUuid,
    tell: (key, value) => `"${key}": "${value}"`,
    ask: (key) => `What is the value of the key "${key}"?`,
  },
  niah_multikey_2: {
    frame: sentences,
    key: (random) => `${inventName(random)}-${inventName(random)}`,
    value: (random) => String(1_000_000 + random.below(9_000_000)),
    tell: (key, value) => `The account number of the ${key} company is ${value}.`,
    ask: (key) => `What is the account number of the ${key} company?`,
  },
  niah_multikey_3: {
    frame: sentences,
    key: randomUuid,
    value: randomUuid,
    tell: (key, value) => `The ticket ${key} opens the locker ${value}.`,
    ask: (key) => `Which locker does the ticket ${key} open?`,
  },
} satisfies Record<string, PairTask>;

/** Tasks whose text is pairs. */
export type PairTaskName = keyof typeof pairTasks;

export interface PairsOptions extends DocumentOptions {
  readonly task: PairTaskName;
  readonly numQuestions: number;
}

/** As many pairs as fit, no key or value twice, `numQuestions` of them asked for. @throws InvalidInputError when none fits. */
export function pairsDocument(options: PairsOptions): EvalDocument {
  const { seed, task, targetTokens } = options;
  const { frame, key, value, tell, ask }: PairTask = pairTasks[task];
  const random = new Random(seed);
  const taken = new Set<string>();
  const draw = (make: (random: Random) => string): string => {
    const word = make(random);
    if (taken.has(word)) return draw(make);
    taken.add(word);
    return word;
  };
  const pairs: { key: string; value: string }[] = [];
  const { text, ranges } = fillItems(options, frame, () => {
    const pair = { key: draw(key), value: draw(value) };
    pairs.push(pair);
    return tell(pair.key, pair.value);
  });
  const { kind, maxNewTokens } = tasks[task];
  const id = `${kind}-${targetTokens}-${seed}`;
  const asked = shuffled([...ranges.entries()], random).slice(0, options.numQuestions);
  const questions = asked.map(([at, range], i): EvalQuestion => {
    const pair = pairs[at] ?? { key: '', value: '' };
    return {
      task,
      id: `${id}/${task}/${i}`,
      question: ask(pair.key),
      answers: [pair.value],
      evidence: [range],
      passage: frame.before + text.slice(range.start, range.end) + frame.after,
      maxNewTokens,
    };
  });
  return { id, kind, text, numTokens: options.countTokens(text), questions };
}
