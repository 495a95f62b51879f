// Places that come with a text: stored with the document, and told of the passages of an answer.
import { beforeAll, expect, test } from 'vitest';
import type { Engine } from './api.ts';
import { sharedEngine, tinyProse } from './testing/tiny.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await sharedEngine();
});

const text = tinyProse(400, 77);
const outline = [
  { start: 0, kind: 'page', label: 'i' },
  { start: 40, kind: 'heading', label: 'Loomings', level: 1 },
  { start: 900, kind: 'page', label: '1' },
] as const;
const passages = { maxNewTokens: 0, gather: { gatherSize: 96 } };

test('evidence tells page, heading and how far in, when it is read and when it is opened', async () => {
  const notes = ['Page 3 has no text.'];
  const book = await engine.ingest(text, { outline, notes });
  const { id } = book.manifest;
  expect(await book.outline()).toEqual(outline);
  expect(book.notes).toEqual(notes);
  const { evidence } = await book.ask('Where?', passages).result();
  expect(evidence.length).toBeGreaterThan(1);
  for (const { start, place } of evidence) {
    expect(place.fraction).toBe(start / text.length);
    expect(place.page).toBe(start < 900 ? 'i' : '1');
    expect(place.heading).toBe(start < 40 ? undefined : 'Loomings');
  }
  await book.close();
  const opened = await engine.documents.open(id);
  expect(await opened.outline()).toEqual(outline);
  expect((await opened.ask('Where?', passages).result()).evidence).toEqual(evidence);
  await opened.close();
});

test('the same text with another outline is the same document, which has the one given last', async () => {
  const other = [{ start: 5, kind: 'page', label: '7' }] as const;
  const book = await engine.ingest(text, { outline });
  const { id } = book.manifest;
  await book.close();
  for (const given of [{ outline: other }, {}]) {
    const again = await engine.ingest(text, given);
    expect(again.manifest.id).toBe(id);
    expect(again.opened).toBe(true);
    expect(await again.outline()).toEqual(other);
    await again.close();
  }
  await engine.documents.delete(id);
});

test('places behind what is read are not told', async () => {
  const book = await engine.ingest(text, { outline, maxTokens: 64 });
  expect(book.manifest.numChars).toBeLessThan(900);
  expect(await book.outline()).toEqual(outline.slice(0, 2));
  await engine.documents.delete(book.manifest.id);
});

test('an outline that is none is refused before anything is read', async () => {
  const place = { start: text.length + 1, kind: 'page', label: '9' } as const;
  await expect(engine.ingest(text, { outline: [place] })).rejects.toThrow(
    `behind the text's ${text.length} characters`,
  );
  await expect(engine.ingest(text, { outline: [{ ...place, start: -1 }] })).rejects.toMatchObject({
    code: 'InvalidInput',
  });
  await expect(engine.ingest(text, { notes: ['x'.repeat(1001)] })).rejects.toThrow('at most 32 sentences');
  await expect(engine.ingest(text, { notes: 7 as never })).rejects.toMatchObject({ code: 'InvalidInput' });
});
