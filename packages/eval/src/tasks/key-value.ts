// Key-value retrieval (InfiniteBench kv_retrieval, arXiv 2402.13718): one JSON object of UUIDs, and the value of one of them.
import { Random } from '@longread/core';
import { fillItems } from '../items.ts';
import { shuffled } from '../shuffle.ts';
import { maxNewTokensOf } from '../tasks.ts';
import type { DocumentOptions, EvalDocument, EvalQuestion } from '../types.ts';
import { randomUuid } from '../uuid.ts';

/** As many pairs as fit, `numQuestions` of them asked for. */
export function keyValueDocument(options: DocumentOptions & { readonly numQuestions: number }): EvalDocument {
  const random = new Random(options.seed);
  const pairs: { key: string; value: string }[] = [];
  const { text, ranges } = fillItems(options, { before: '{', between: ', ', after: '}' }, () => {
    const pair = { key: randomUuid(random), value: randomUuid(random) };
    pairs.push(pair);
    return `"${pair.key}": "${pair.value}"`;
  });
  const id = `pairs-${options.targetTokens}-${options.seed}`;
  const asked = shuffled([...ranges.keys()], random).slice(0, options.numQuestions);
  const questions = asked.map((at, i): EvalQuestion => {
    const { key, value } = pairs[at] ?? { key: '', value: '' };
    const range = ranges[at] ?? { start: 0, end: 0 };
    return {
      task: 'kv_retrieval',
      id: `${id}/kv_retrieval/${i}`,
      question: `What is the value of the key "${key}"?`,
      answers: [value],
      evidence: [range],
      passage: `{${text.slice(range.start, range.end)}}`,
      maxNewTokens: maxNewTokensOf('kv_retrieval'),
    };
  });
  return { id, kind: 'pairs', text, numTokens: options.countTokens(text), questions };
}
