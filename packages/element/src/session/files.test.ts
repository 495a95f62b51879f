// Which files a document has, and which of them are out.
import { expect, test } from 'vitest';
import { makeManifest } from '../testing/stored.ts';
import { filesOf } from './files.ts';

const part = (firstChar: number, outline: readonly (readonly [number, string])[]) => ({
  ...{ textHash: '', maxTokens: 0, firstChunk: 0, firstToken: 0, firstChar, notes: [] },
  outline: outline.map(([start, label]) => ({ start, kind: 'file', label }) as const),
});
const out = (firstChar: number, endChar: number) => ({ firstToken: 0, endToken: 1, firstChar, endChar });
const files = (changes: Parameters<typeof makeManifest>[2]) =>
  filesOf(makeManifest('a', 'Corpus', { numChars: 100, ...changes })).map(
    ({ name, start, end, isOut }) => `${name} ${start}-${end}${isOut ? ' out' : ''}`,
  );

test('each reaches to the next, through all parts; what is before the first has the title', () => {
  expect(
    files({
      parts: [
        part(0, [
          [0, 'a'],
          [40, 'b'],
        ]),
        part(70, [[70, 'c']]),
      ],
    }),
  ).toEqual(['a 0-40', 'b 40-70', 'c 70-100']);
  expect(files({ parts: [part(0, []), part(60, [[60, 'b']])] })).toEqual(['Corpus 0-60', 'b 60-100']);
});

test('one file is none; neither is one that is empty, or was not read so far', () => {
  expect(files({ parts: [] })).toEqual([]);
  expect(files({ parts: [part(0, [[0, 'a']])] })).toEqual([]);
  expect(
    files({
      parts: [
        part(0, [
          [0, 'a'],
          [40, 'empty'],
          [40, 'b'],
        ]),
      ],
    }),
  ).toEqual(['a 0-40', 'b 40-100']);
  expect(
    files({
      parts: [
        part(0, [
          [0, 'a'],
          [100, 'b'],
          [250, 'c'],
        ]),
      ],
    }),
  ).toEqual([]);
  const headings = { ...part(0, []), outline: [{ start: 9, kind: 'heading', label: 'One' }] as const };
  expect(files({ parts: [headings] })).toEqual([]);
});

test('out is what is out whole', () => {
  const parts = [
    part(0, [
      [0, 'a'],
      [40, 'b'],
      [70, 'c'],
    ]),
  ];
  expect(files({ parts, removed: [out(38, 71)] })).toEqual(['a 0-40', 'b 40-70 out', 'c 70-100']);
  expect(files({ parts, removed: [out(0, 70)] })).toEqual(['a 0-40 out', 'b 40-70 out', 'c 70-100']);
  expect(files({ parts, removed: [out(45, 60)] })).toEqual(['a 0-40', 'b 40-70', 'c 70-100']);
});
