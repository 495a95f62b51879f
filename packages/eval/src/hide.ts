// Hides facts of many tasks in one haystack, and says where each of them stands.
import { InvalidInputError, invariant, type Random } from '@longread/core';
import type { FactGroup, TaskFacts } from './facts.ts';
import { collectHay } from './hay.ts';
import { maxNewTokensOf } from './tasks.ts';
import type { DocumentOptions, EvalDocument, EvalQuestion, TextRange } from './types.ts';

/** A sentence with the place it goes to, as a share of the haystack. */
interface Placed {
  readonly group: FactGroup;
  readonly sentence: string;
  readonly depth: number;
}

/**
 * A document of the haystack with all facts in it: each group's sentences in their order, at independent uniform depths, every
 * sentence at the nearest gap between two of the haystack's.
 *
 * @param haystack sentences, each with the white space before it; no more are taken than have room, and one.
 * @throws InvalidInputError when the facts alone are too long, or the haystack is too short.
 */
export function hideFacts(
  { id, kind }: Pick<EvalDocument, 'id' | 'kind'>,
  facts: readonly TaskFacts[],
  haystack: Iterable<string>,
  options: DocumentOptions,
  random: Random,
): EvalDocument {
  const placed = facts
    .flatMap(({ groups }) => groups)
    .flatMap((group) => placeGroup(group, random))
    .toSorted((a, b) => a.depth - b.depth);
  const factTokens = placed.reduce((sum, { sentence }) => sum + options.countTokens(` ${sentence}`), 0);
  if (factTokens > options.targetTokens) {
    throw new InvalidInputError(
      `The facts alone have ${factTokens} tokens, the text may have ${options.targetTokens}. Ask for a longer text, fewer questions or fewer tasks.`,
      { value: factTokens, limit: options.targetTokens },
    );
  }
  const hay = collectHay(haystack, options, factTokens);
  const { text, ranges } = merge(hay.sentences, hay.counts, placed);
  return { id, kind, text, numTokens: options.countTokens(text), questions: questionsOf(id, facts, ranges) };
}

function placeGroup(group: FactGroup, random: Random): Placed[] {
  const depths = group.sentences.map(() => random.next()).sort((a, b) => a - b);
  return group.sentences.map((sentence, i) => ({ group, sentence, depth: depths[i] ?? 0 }));
}

/** Where each group's sentences stand, in their order. */
type Ranges = ReadonlyMap<FactGroup, readonly TextRange[]>;

function merge(
  hay: readonly string[],
  counts: readonly number[],
  placed: readonly Placed[],
): { text: string; ranges: Ranges } {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const ranges = new Map<FactGroup, TextRange[]>();
  let text = '';
  let before = 0;
  let used = 0;
  const append = (piece: string) => {
    const start = text === '' ? 0 : text.length + 1;
    text += text === '' ? piece : ` ${piece}`;
    return { start, end: text.length };
  };
  const addHay = (depth: number) => {
    for (; used < hay.length && before + (counts[used] ?? 0) / 2 <= depth * total; used++) {
      before += counts[used] ?? 0;
      const sentence = hay[used] ?? '';
      if (text !== '' && /^\s/.test(sentence)) text += sentence;
      else append(sentence.trimStart());
    }
  };
  for (const { group, sentence, depth } of placed) {
    addHay(depth);
    const range = append(sentence);
    const known = ranges.get(group);
    if (known) known.push(range);
    else ranges.set(group, [range]);
  }
  addHay(1);
  return { text, ranges };
}

function questionsOf(id: string, facts: readonly TaskFacts[], ranges: Ranges): EvalQuestion[] {
  return facts.flatMap(({ task, groups }) => {
    const asked = groups.flatMap((group) => group.questions.map((question) => ({ group, question })));
    return asked.map(({ group, question: { question, answers, needs } }, i): EvalQuestion => {
      const evidence = needs.map((at) => {
        const range = ranges.get(group)?.[at];
        invariant(range !== undefined, 'every sentence was placed');
        return range;
      });
      const passage = needs.map((at) => group.sentences[at] ?? '').join(' ');
      const maxNewTokens = maxNewTokensOf(task);
      return { task, id: `${id}/${task}/${i}`, question, answers, evidence, passage, maxNewTokens };
    });
  });
}
