import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { addJsonLine, readLines } from './json-lines.ts';

async function newPath(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lines-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, 'new', 'lines.jsonl');
}

it('adds lines, and reads them', async () => {
  const path = await newPath();
  expect(await readLines(path)).toEqual([]);
  for (const value of [{ a: 1 }, 'größer\n', null]) await addJsonLine(path, value);
  expect(await readLines(path)).toEqual(['{"a":1}', '"größer\\n"', 'null']);
});

it.each([
  ['part of a line', '{"half": "ü', ['{"a":1}', '{"b":2}']],
  ['a whole line without its end', '{"c":3}', ['{"a":1}', '{"b":2}']],
  ['an empty line', '\n', ['{"a":1}', '', '{"b":2}']],
])('goes on behind %s', async (_, cut, lines) => {
  const path = await newPath();
  await addJsonLine(path, { a: 1 });
  await appendFile(path, cut);
  expect(await readLines(path)).toEqual(lines.slice(0, -1));
  await addJsonLine(path, { b: 2 });
  expect(await readLines(path)).toEqual(lines);
});

it.each(['', '{"cut'])('begins a file that holds no whole line: %j', async (text) => {
  const path = await newPath();
  await addJsonLine(path, 0);
  await writeFile(path, text);
  expect(await readLines(path)).toEqual([]);
  await addJsonLine(path, 1);
  expect(await readFile(path, 'utf8')).toBe('1\n');
});
