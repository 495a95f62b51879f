import { IntegrityError } from '@longread/core';
import { expect, test } from 'vitest';
import { namesInText } from './names-in-text.ts';

const asked = 'What is the name of the captain of the Rachel?';
const plain = 'What is the name of the captain? '.repeat(10_000);

/** A text in pieces of 1,000 characters, and how many were read. */
function textOf(source: string) {
  const text = {
    reads: 0,
    async *pieces() {
      for (let start = 0; start < source.length; start += 1000) {
        text.reads += 1;
        yield await Promise.resolve(source.slice(start, start + 1000));
      }
    },
  };
  return text;
}

/** That cannot be read. */
const failing = (error: Error) => ({
  async *pieces(): AsyncGenerator<string> {
    await Promise.reject(error);
  },
});

test('a name is looked for in all of a text, but only behind the passages', async () => {
  const all = textOf(`${plain}Gardiner of the Rachel. ${plain}`);
  expect(await namesInText(all, asked, [])).toBe(true);
  expect(all.reads).toBe(Math.ceil((plain.length + 22) / 1000)); // up to the name
  const without = textOf(plain);
  expect(await namesInText(without, asked, [{ text: 'the captain' }])).toBe(false);
  expect(await namesInText(textOf(''), asked, [])).toBeUndefined();
  const passed = textOf(plain);
  expect(await namesInText(passed, asked, [{ text: 'a' }, { text: 'Rachel' }])).toBe(true);
  expect(await namesInText(passed, 'Who is the captain?', [])).toBeUndefined();
  expect(passed.reads).toBe(0);
});

test('a name on the border of two reads is read whole', async () => {
  const border = textOf(`${' '.repeat(997)}Rachel. ${plain}`);
  expect(await namesInText(border, asked, [])).toBe(true);
});

test('what cannot be read says nothing; an end that was asked for ends it', async () => {
  expect(await namesInText(failing(new IntegrityError('damaged')), asked, [])).toBeUndefined();
  await expect(namesInText(failing(new TypeError('a fault')), asked, [])).rejects.toThrow('a fault');
  const ended = namesInText(textOf(plain), asked, [], AbortSignal.abort());
  await expect(ended).rejects.toMatchObject({ code: 'Aborted' });
});
