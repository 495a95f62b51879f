import type { Place } from '@longread/core';
import { createScoreCollector, defaultGather, type StripedScores } from '@longread/planner';
import { smolLm2 } from '@longread/planner/testing';
import { expect, test } from 'vitest';
import { gatherText } from './answer/gather-text.ts';
import { createWordGatherer } from './gather-words.ts';
import { characterDocument } from './testing/character-document.ts';

/** Has all of the facts' and questions' words but their names and numbers. */
const hay = 'whence the man came who was born where a box lies, what treaty he had signed for.\n'.repeat(20);
const facts = [
  'The Alpha treaty was signed by Belsoholm.',
  'Belsoholm was born in Ithbadale.',
  'The Omega treaty was signed by Corvik.',
  'Corvik was born in Lund.',
  'Lund lies by the sea.',
  'Box 7712 stands in Ithbadale.',
];
const source = `${facts.map((fact) => `${hay}${fact}\n`).join('')}${hay}`;
const at = (fact: number) => source.indexOf(facts[fact] ?? '-');

/** All of them are known. */
function collected(scores: Float32Array): StripedScores {
  const collector = createScoreCollector(scores.length, { window: 1, pooled: 0, raw: scores.length });
  collector.add(scores);
  return collector.end().raw;
}

/** Which facts are taken by words, where the sentence of `best` is what the search found. */
async function taken(question: string, best?: number): Promise<number[]> {
  const settings = { ...defaultGather(smolLm2, 0), gatherSize: 1024, smoothWindow: 33 };
  const words = await createWordGatherer(question, gatherText(characterDocument(source), 100), settings);
  const scores = collected(new Float32Array(source.length));
  const start = best === undefined ? 0 : at(best);
  const windows = [{ centre: start + 20, start, end: start + 42 }];
  const positions = new Set(await words.take(scores, best === undefined ? undefined : { windows, kept: 42 }));
  const isWhole = (start: number, { length }: string) =>
    Array.from({ length }, (_, i) => start + i).every((position) => positions.has(position));
  return facts.flatMap((fact, i) => (isWhole(at(i), fact) ? [i] : []));
}

test('what stands out is followed by the names in it', async () => {
  expect(await taken('Whence came the man who had signed?', 0)).toEqual([0, 1, 5]);
});

test('of sentences of one form that one is followed which has the rare words of the question', async () => {
  expect(await taken('Where was he born who signed for Omega?', 0)).toEqual([0, 2, 3, 4]);
});

test('without anything that stands out a name is looked up, and a number is followed', async () => {
  expect(await taken('Where was Corvik?')).toEqual([2, 3]);
  expect(await taken('Who was born where box 7712 stands?')).toEqual([0, 1, 5]);
});

test('what is raised is where a code stands, if that is in few places', async () => {
  const settings = defaultGather(smolLm2, 0);
  const raised = async (question: string) => {
    const words = await createWordGatherer(question, gatherText(characterDocument(source), 0), settings);
    const scores = collected(Float32Array.from(source, (_, i) => (i === 3 ? 9 : 1)));
    await words.raise(scores);
    return facts.flatMap((_, i) => (scores.at(at(i)) > 9 ? [i] : []));
  };
  expect(await raised('What of box 7712?')).toEqual([5]);
  expect(await raised('What of Corvik?')).toEqual([]);
  expect(await raised('What of box 7713?')).toEqual([]);
});

test('the best under a heading that the question names is taken, and raised', async () => {
  const places: readonly Place[] = [
    { start: 0, kind: 'heading', label: 'Treaties' },
    { start: at(3) - 1000, kind: 'heading', label: 'Of Births' },
    { start: at(4) + 500, kind: 'heading', label: 'The rest' },
  ];
  const text = gatherText(characterDocument(source, { places }), 100);
  const settings = { ...defaultGather(smolLm2, 0), gatherSize: 512, smoothWindow: 33 };
  const scores = collected(
    Float32Array.from(source, (_, i) => (i === at(0) + 4 ? 9 : i === at(4) + 4 ? 5 : 1)),
  );
  const words = await createWordGatherer('What is said of births?', text, settings);
  const positions = new Set(await words.take(scores));
  expect(Array.from(facts, (_, i) => positions.has(at(i) + 4))).toEqual([
    false,
    false,
    false,
    false,
    true,
    false,
  ]);
  await words.raise(scores);
  expect(scores.at(at(4))).toBeGreaterThan(9);
  expect(scores.highest()).toBe(scores.at(at(4)));
  const other = await createWordGatherer('What is said of deaths?', text, settings);
  expect(await other.take(scores)).toHaveLength(0);
});
