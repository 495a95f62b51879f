// Conversations of one document in two tabs: what the one keeps stays when the other keeps its own.
import { createStore, set } from 'idb-keyval';
import { beforeEach, expect, test } from 'vitest';
import type { Exchange } from './state.ts';
import { Threads } from './threads.ts';

let id: string;
beforeEach(() => {
  id = crypto.randomUUID();
});

const exchange = (name: string, text = name): Exchange => ({ id: name, question: name, text, end: 'stop' });
const tab = (): Threads => new Threads(() => true);
const kept = async (): Promise<readonly string[]> => (await tab().recall(id)).map(({ text }) => text);

test('both tabs’ exchanges stay, in the order in which they were kept', async () => {
  const [one, two] = [tab(), tab()];
  await one.keep(id, [exchange('a')]);
  const [a] = await two.recall(id);
  if (!a) throw new Error('nothing was kept');
  await Promise.all([one.keep(id, [exchange('a'), exchange('b')]), two.keep(id, [a, exchange('c')])]);
  expect((await kept()).toSorted()).toEqual(['a', 'b', 'c']);
  await two.keep(id, [a, exchange('c'), exchange('d')]);
  expect((await kept()).at(-1)).toBe('d');
  expect((await kept()).toSorted()).toEqual(['a', 'b', 'c', 'd']);
});

test('what a tab takes back goes, and does not come back through the other', async () => {
  const [one, two] = [tab(), tab()];
  await one.keep(id, [exchange('a'), exchange('b')]);
  const recalled = await two.recall(id);
  await one.keep(id, [exchange('a'), exchange('again')]);
  await two.keep(id, [...recalled, exchange('c')]);
  expect(await kept()).toEqual(['a', 'again', 'c']);
});

test('a later state of an exchange is taken from the tab that changed it', async () => {
  const [one, two] = [tab(), tab()];
  await one.keep(id, [exchange('a'), exchange('b')]);
  const recalled = await two.recall(id);
  await one.keep(id, [exchange('a', 'compared'), exchange('b')]);
  await two.keep(id, [...recalled, exchange('c')]);
  expect(await kept()).toEqual(['compared', 'b', 'c']);
});

test('a tab that opens the document again has what the other kept; one that keeps nothing has its own', async () => {
  const [one, two, shy] = [tab(), tab(), new Threads(() => false)];
  await one.keep(id, [exchange('a')]);
  await two.recall(id);
  await one.keep(id, [exchange('a'), exchange('b')]);
  expect((await two.recall(id)).map(({ text }) => text)).toEqual(['a', 'b']);
  await shy.keep(id, [exchange('own')]);
  expect((await shy.recall(id)).map(({ text }) => text)).toEqual(['own']);
});

test('where no list is kept, or something else in it, the new ones are', async () => {
  const store = createStore('longread-threads', 'threads');
  for (const odd of [null, 7, 'x', {}, [null, 3, { id: 1 }]]) {
    await set(id, odd, store);
    expect(await kept()).toEqual([]);
    await tab().keep(id, [exchange('z')]);
    expect(await kept()).toEqual(['z']);
  }
});

test('the newest hundred are kept', async () => {
  const many = Array.from({ length: 130 }, (_, i) => exchange(`${i}`));
  const one = tab();
  await one.keep(id, many);
  await one.keep(id, [...many, exchange('last')]);
  const all = await kept();
  expect([all.length, all[0], all.at(-1)]).toEqual([100, '31', 'last']);
});

test('what is forgotten of a document goes from what was asked of it with others, too', async () => {
  const several = `together ${id}`;
  const of = (name: string, ...ids: readonly string[]): Exchange => ({
    ...exchange(name),
    evidence: ids.map((each) => ({
      ...{ start: 0, end: 1, score: 1, text: 'x', place: { fraction: 0 } },
      document: { id: each, title: each },
    })),
  });
  const one = tab();
  await one.keep(several, [
    of('ours', id),
    of('theirs', 'other'),
    of('both', 'other', id),
    exchange('nobody says'),
  ]);
  await one.keep(id, [exchange('alone')]);
  await tab().forget(id);
  expect((await tab().recall(several)).map(({ text }) => text)).toEqual(['theirs']);
  expect(await kept()).toEqual([]);
});
