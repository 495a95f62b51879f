import type { EvalDocument } from '@longread/eval';
import { expect, it } from 'vitest';
import { poseAll } from './strangers.ts';

const documentOf = (id: string, kind: EvalDocument['kind'], ...facts: string[]): EvalDocument => {
  const text = facts.join(' ');
  return {
    id,
    kind,
    text,
    numTokens: 9,
    questions: facts.map((fact, i) => ({
      task: 'qa1',
      id: `${id}/${i}`,
      question: `What of ${fact}?`,
      answers: [fact],
      evidence: [{ start: text.indexOf(fact), end: text.indexOf(fact) + fact.length }],
      passage: fact,
      maxNewTokens: 9,
    })),
  };
};

const posedOf = (documents: readonly EvalDocument[], count: number) =>
  poseAll(documents, count).map(({ document, question, from }) => `${document.id} ${from} ${question.id}`);

it('asks a document its own questions, and as many of others, of its kind and not, in turn', () => {
  const documents = [
    documentOf('a', 'novel', 'whale', 'leg'),
    documentOf('b', 'novel', 'inn', 'coffin'),
    documentOf('c', 'profiles', 'coast', 'capital'),
  ];
  expect(posedOf(documents, 2).slice(0, 4)).toEqual(['a own a/0', 'a own a/1', 'a same b/0', 'a other c/0']);
  expect(posedOf(documents, 1).filter((one) => one.startsWith('c'))).toEqual(['c own c/0', 'c other a/0']);
});

it('asks questions of further documents, and none of them', () => {
  const first = documentOf('a', 'novel', 'whale');
  const further = [documentOf('b', 'novel', 'inn')];
  const posed = poseAll([first], 1, further);
  expect(posed.map(({ document, from, question }) => [document.id, from, question.id])).toEqual([
    ['a', 'own', 'a/0'],
    ['a', 'same', 'b/0'],
  ]);
});

it('asks no question of another whose evidence stands in the document, too', () => {
  const documents = [
    documentOf('a', 'novel', 'whale', 'leg'),
    documentOf('b', 'novel', 'leg', 'whale', 'rope'),
  ];
  expect(posedOf(documents, 3).filter((one) => one.startsWith('a'))).toEqual([
    'a own a/0',
    'a own a/1',
    'a same b/2',
  ]);
});
