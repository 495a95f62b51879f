// docs/embedding.md names all that a page may set, hear and style, and nothing else.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const folder = fileURLToPath(new URL('.', import.meta.url));
const guide = readFileSync(new URL('../../../docs/embedding.md', import.meta.url), 'utf8');

/** A section of the guide, to the next heading of any level. */
function section(title: string): string {
  const [, rest] = guide.split(`\n### ${title}\n`);
  return (rest ?? '').split(/\n#{2,3} /)[0] ?? '';
}

/** What the first cells of a table, or all of a text, have in backquotes. */
const quoted = (text: string): readonly string[] =>
  [...text.matchAll(/`([^`]+)`/g)].flatMap((match) => match[1] ?? []);
const rowsOf = (text: string): readonly string[] =>
  text.split('\n').flatMap((line) => quoted(/^\| (`[^`]+`)/.exec(line)?.[1] ?? ''));

const sorted = (names: Iterable<string>): readonly string[] => [...new Set(names)].sort();

function sources(under: string): string {
  return readdirSync(under, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.includes('.test.'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
}

const code = sources(folder);
const element = readFileSync(join(folder, 'properties.ts'), 'utf8');

function found(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].flatMap((match) => match[1] ?? []);
}

test('attributes', () => {
  const declared = /static override properties = \{([\s\S]*?)\n {2}\};/.exec(element)?.[1] ?? '';
  const names = declared.split('\n').flatMap((line) => {
    const [, property] = /^ {4}(\w+): \{/.exec(line) ?? [];
    if (property === undefined || line.includes('attribute: false')) return [];
    return [/attribute: '([^']+)'/.exec(line)?.[1] ?? property];
  });
  expect(names.length).toBeGreaterThan(5);
  expect(sorted(rowsOf(section('Attributes')))).toEqual(sorted(names));
});

test('events', () => {
  const events = readFileSync(join(folder, 'events.ts'), 'utf8');
  expect(sorted(rowsOf(section('Events')))).toEqual(sorted(found(events, /^ {2}'([\w-]+)': /gm)));
});

test('slots', () => {
  expect(sorted(quoted(section('Slots')))).toEqual(sorted(found(code, /<slot name="([\w-]+)"/g)));
});

test('parts', () => {
  const names = found(code, /\bpart="([^"$]+)"/g).flatMap((parts) => parts.split(' '));
  expect(names.length).toBeGreaterThan(20);
  expect(sorted(quoted(section('Parts')).filter((name) => !name.includes('(')))).toEqual(sorted(names));
});

test('custom properties', () => {
  const names = found(code, /var\(\s*(--longread-[\w-]+)/g);
  const told = quoted(section('Custom properties')).filter((name) => name.startsWith('--'));
  expect(sorted(told)).toEqual(sorted(names));
});
