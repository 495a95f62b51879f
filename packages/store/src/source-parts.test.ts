// Parts of a document: where each begins, and the places in it.
import { expect, test } from 'vitest';
import { outlineOf, placeIn } from '@longread/core';
import { appendPart, createManifest } from './source-parts.ts';

test('places of an appended text count on behind what is before it', async () => {
  const settings = { chunkSize: 8, budget: 8, recent: 2, exitLayer: 1, heads: [] };
  const begun = createManifest({
    ...{ title: 'Two', fingerprint: 'f', settings, textHash: 'a', maxTokens: 0, notes: [] },
    outline: [{ start: 0, kind: 'heading', label: 'One' }],
  });
  const first = { ...begun, numChars: 100, numTokens: 9, numChunks: 2, state: 'ready' as const };
  const added = await appendPart(first, {
    ...{ textHash: 'b', maxTokens: 0, notes: [] },
    outline: [
      { start: 10, kind: 'page', label: '1' },
      { start: 30, kind: 'heading', label: 'Three', level: 2 },
    ],
  });
  const whole = { ...added, numChars: 200 };
  expect(outlineOf(whole).map(({ start, label }) => [start, label])).toEqual([
    [0, 'One'],
    [110, '1'],
    [130, 'Three'],
  ]);
  expect(placeIn(whole, 99)).toEqual({ fraction: 0.495, heading: 'One' });
  expect(placeIn(whole, 105)).toEqual({ fraction: 0.525 });
  expect(placeIn(whole, 150)).toEqual({ fraction: 0.75, page: '1', heading: 'Three' });
  const cut = { ...first, numChars: 0 };
  const many = Array.from({ length: 10_000 }, (_, start) => ({ start, kind: 'page' as const, label: '1' }));
  const full = await appendPart(cut, { textHash: 'b', maxTokens: 0, notes: [], outline: many });
  expect(outlineOf(full)).toHaveLength(10_000);
  const behind = { ...first, parts: first.parts.map((part) => ({ ...part, outline: many })) };
  expect(outlineOf(await appendPart(behind, { textHash: 'b', maxTokens: 0, notes: [] }))).toHaveLength(101);
  const plain = await appendPart(first, { textHash: 'b', maxTokens: 0, notes: [] });
  expect(plain.parts[1]).not.toHaveProperty('outline');
});
