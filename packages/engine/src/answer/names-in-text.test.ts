import { IntegrityError } from '@longread/core';
import { expect, test } from 'vitest';
import { namesInText } from './names-in-text.ts';

const asked = 'What is the name of the captain of the Rachel?';
const plain = 'What is the name of the captain? '.repeat(10_000);

/** A document of a text, and how often it was read. */
function documentOf(source: string) {
  const reads: number[] = [];
  const slice = ({ start, end }: { readonly start: number; readonly end: number }) => {
    reads.push(end - start);
    return Promise.resolve(source.slice(start, end));
  };
  return { numChars: source.length, text: { slice }, reads };
}

test('a name is looked for in all of a text, but only behind the passages', async () => {
  const all = documentOf(`${plain}Gardiner of the Rachel`);
  expect(await namesInText(all, asked, [])).toBe(true);
  expect(all.reads.reduce((sum, count) => sum + count, 0)).toBe(all.numChars);
  expect(Math.max(...all.reads)).toBe(65_536);
  const without = documentOf(plain);
  expect(await namesInText(without, asked, [{ text: 'the captain' }])).toBe(false);
  expect(await namesInText(documentOf(''), asked, [])).toBeUndefined();
  const passed = documentOf(plain);
  expect(await namesInText(passed, asked, [{ text: 'a' }, { text: 'Rachel' }])).toBe(true);
  expect(await namesInText(passed, 'Who is the captain?', [])).toBeUndefined();
  expect(passed.reads).toEqual([]);
});

test('a name on the border of two reads is read whole', async () => {
  const border = documentOf(`${' '.repeat(65_533)}Rachel. ${plain}`);
  expect(await namesInText(border, asked, [])).toBe(true);
});

test('what cannot be read says nothing; an end that was asked for ends it', async () => {
  const damaged = {
    ...documentOf(plain),
    text: { slice: () => Promise.reject(new IntegrityError('damaged')) },
  };
  expect(await namesInText(damaged, asked, [])).toBeUndefined();
  const broken = { ...damaged, text: { slice: () => Promise.reject(new TypeError('a fault')) } };
  await expect(namesInText(broken, asked, [])).rejects.toThrow('a fault');
  const ended = namesInText(documentOf(plain), asked, [], AbortSignal.abort());
  await expect(ended).rejects.toMatchObject({ code: 'Aborted' });
});
