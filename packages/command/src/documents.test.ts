// docs/troubleshooting.md and docs/cli.md say of every error, and of every exit code, what the code says.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as core from '@longread/core';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { rootFolder } from './root.ts';

const docs = (name: string): string => readFileSync(join(rootFolder, 'docs', name), 'utf8');

/** Of every error class that core exports. */
const errors = Object.values(core).flatMap((exported: unknown) => {
  if (typeof exported !== 'function' || !(exported.prototype instanceof core.LongreadError)) return [];
  return [Reflect.construct(exported, ['it failed']) as core.LongreadError];
});

test('every error has a section, with the code that a command ends with', () => {
  const [, ...sections] = docs('troubleshooting.md').split('\n## ');
  const told = sections
    .map((section) => [section.split('\n')[0], /`ask`\s+ends\s+with\s+(\d+)/.exec(section)?.[1]])
    .filter(([title]) => title !== 'Answers');
  const codes = errors.map((error) => [error.code, String(exitCodeOf(error))]);
  expect(told.length).toBeGreaterThan(10);
  expect(told.sort()).toEqual(codes.sort());
});

test('every exit code has its meaning', () => {
  const rows = docs('cli.md').matchAll(/^\| (\d+) +\| (.*?) +\|$/gm);
  expect([...rows].map(([, code, meaning]) => [Number(code), meaning])).toEqual(exitCodes);
});
