// Every TypeScript file is in one of the programs that tsconfig.json names: lint would guess the settings of one that is in none.
import { relative } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { rootFolder } from '@longread/command';

const elsewhere = ['**/node_modules', '**/dist', '**/.*'];

function filesOf(config: string): readonly string[] {
  const read = ts.readConfigFile(config, (path) => ts.sys.readFile(path)) as { readonly config: object };
  return ts.parseJsonConfigFileContent(read.config, ts.sys, rootFolder).fileNames;
}

test('every file is in a program', () => {
  const { config } = ts.readConfigFile(`${rootFolder}/tsconfig.json`, (path) => ts.sys.readFile(path)) as {
    readonly config: { readonly references: readonly { readonly path: string }[] };
  };
  const known = new Set(config.references.flatMap(({ path }) => filesOf(`${rootFolder}/${path}`)));
  const files = ts.sys.readDirectory(rootFolder, ['.ts'], elsewhere);
  expect(files.length).toBeGreaterThan(100);
  expect(files.filter((path) => !known.has(path)).map((path) => relative(rootFolder, path))).toEqual([]);
});
