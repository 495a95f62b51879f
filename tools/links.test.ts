// What the documents name is there: files and headings that they link to, and the commands that they tell people to type.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { rootFolder } from '@longread/command';

const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'e2e/golden/README.md',
  'packages/engine/README.md',
  'packages/element/README.md',
  ...readdirSync(join(rootFolder, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.replaceAll('\\', '/')}`),
];
const read = (document: string) => readFileSync(join(rootFolder, document), 'utf8');

/** As GitHub names them. */
function anchorsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Links of a document that lead nowhere. */
function deadLinks(document: string, text: string): readonly string[] {
  const prose = text.replaceAll(/```[\s\S]*?```/g, '').replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\((?!https?:|mailto:)([^)\s#]*)(?:#([^)\s]*))?\)/g)].flatMap(
    ([, path = '', anchor]) => {
      const target = path === '' ? document : join(dirname(document), path);
      if (!existsSync(join(rootFolder, target))) return `${document}: ${path}`;
      const isKnown = anchor === undefined || anchorsOf(read(target)).includes(anchor);
      return isKnown ? [] : `${document}: ${path}#${anchor}`;
    },
  );
}

const { scripts } = JSON.parse(read('package.json')) as {
  readonly scripts: Readonly<Record<string, string>>;
};
const entries = /const commands[\s\S]*?\n};/.exec(read('tools/main.ts'))?.[0] ?? '';

/** Commands of this workspace that a document names and there are not. */
function unknownCommands(document: string, text: string): readonly string[] {
  const isKnown = (kind: string, name: string) =>
    kind === 'npm run' ? Object.hasOwn(scripts, name) : RegExp(`^ {2}'?${name}'?:`, 'm').test(entries);
  return [...text.matchAll(/\b(npm run|node tools\/start\.mjs) ([a-z][\w:-]*)/g)].flatMap(
    ([said, kind = '', name = '']) => (isKnown(kind, name) ? [] : `${document}: ${said}`),
  );
}

test('every link leads somewhere, and every command is there', () => {
  expect(documents.flatMap((document) => deadLinks(document, read(document)))).toEqual([]);
  expect(documents.flatMap((document) => unknownCommands(document, read(document)))).toEqual([]);
});

test('what leads nowhere would be found', () => {
  const wrong =
    'See [this](gone.md), [that](README.md#no-such-part), [so](#two-commands); run `npm run nothing`.';
  expect(deadLinks('README.md', wrong)).toEqual(['README.md: gone.md', 'README.md: README.md#no-such-part']);
  expect(unknownCommands('README.md', wrong)).toEqual(['README.md: npm run nothing']);
});
