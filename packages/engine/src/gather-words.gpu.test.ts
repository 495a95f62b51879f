// What is gathered by words, on a tiny model of random weights whose embeddings tell nothing: what is found here, letters found.
import { beforeAll, expect, test } from 'vitest';
import type { Engine, LongreadDocument } from './api.ts';
import { sharedEngine, tinyProse } from './testing/tiny.ts';

const facts = [
  'Box 7712 is kept by Ezekiel.',
  'Ezekiel lives in Quonset.',
  'Quonset lies behind Marrowfell.',
  'Zebedee hid gold under a stone.',
];

let engine: Engine;
let document: LongreadDocument;
beforeAll(async () => {
  engine = await sharedEngine();
  document = await engine.ingest(
    facts.map((fact, i) => `${tinyProse(300, i)}.\n${fact}\n`).join('') + tinyProse(100),
  );
});

/** Which facts are gathered. */
async function factsFor(question: string, gather: { readonly rarePlaces?: number }): Promise<boolean[]> {
  const options = { maxNewTokens: 0, gather: { gatherSize: 440, keepEnds: 0, hops: 1, ...gather } };
  const { gathered } = await document.ask(question, options).result();
  const texts = await Promise.all(gathered.map((range) => document.text(range.start, range.end)));
  return facts.map((fact) => texts.some((text) => text.includes(fact)));
}

test('a rare word of the question brings the sentences that have it, whatever its case', async () => {
  expect(await factsFor('what did ZEBEDEE hide?', {})).toEqual([false, false, false, true]);
  expect(await factsFor('what did zebedee hide?', { rarePlaces: 0 })).toEqual([false, false, false, false]);
});

test('a code of the question is followed from sentence to sentence by what they name', async () => {
  expect(await factsFor('Behind what lies the home of the keeper of box 7712?', {})).toEqual([
    true,
    true,
    true,
    false,
  ]);
});

test('where a code of the question stands is the first passage', async () => {
  const { evidence } = await document.ask('Who keeps box 7712?', { maxNewTokens: 0 }).result();
  expect(evidence[0]?.text).toContain('Box 7712');
});

test('words that stand in more places are not looked up', async () => {
  const question = 'Where is Ezekiel?'; // two sentences name him
  expect(await factsFor(question, {})).toEqual([true, true, false, false]);
  const without = await factsFor(question, { rarePlaces: 0 });
  expect(without).not.toEqual([true, true, false, false]);
  expect(await factsFor(question, { rarePlaces: 1 })).toEqual(without);
});

test('a number of places that is none is refused', async () => {
  const check = engine.check('where?', { gather: { rarePlaces: -1 } });
  await expect(check).rejects.toMatchObject({ code: 'InvalidInput', details: { setting: 'rarePlaces' } });
});
