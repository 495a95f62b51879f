// The examples of the documents compile as they stand, against the packages' own types.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test, vi } from 'vitest';
import { rootFolder } from '@longread/command';

vi.setConfig({ testTimeout: 120_000 }); // a compiler's start, beside two browsers

const documents = ['docs/start.md', 'docs/embedding.md'];

/** As if each were a file of the element's package, from which both packages can be named. */
const folder = join(rootFolder, 'packages', 'element', 'src');

const examples = new Map(
  documents.flatMap((document) => {
    const text = readFileSync(join(rootFolder, document), 'utf8');
    return [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = ''], i) => {
      const name = document.replaceAll('/', '-').replace('.md', `-${i + 1}.ts`);
      return [join(folder, name), `${code}\nexport {};\n`] as const;
    });
  }),
);

/** What is wrong with the files, as `file: message`. */
function errorsIn(files: ReadonlyMap<string, string>): readonly string[] {
  const { config } = ts.readConfigFile(join(rootFolder, 'tsconfig.page.json'), (path) =>
    ts.sys.readFile(path),
  ) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(
    { ...config, files: [], include: [] },
    ts.sys,
    rootFolder,
  );
  const host = ts.createCompilerHost(options);
  host.fileExists = (path) => files.has(path) || ts.sys.fileExists(path);
  host.readFile = (path) => files.get(path) ?? ts.sys.readFile(path);
  host.getSourceFile = (path, settings) => {
    const text = host.readFile(path);
    return text === undefined ? undefined : ts.createSourceFile(path, text, settings);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files.keys()].flatMap((path) => {
    const file = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ messageText }) => `${path}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    );
  });
}

test('they compile, and one that is wrong would not', () => {
  expect(examples.size).toBeGreaterThan(1);
  const wrong = join(folder, 'wrong.ts');
  const errors = errorsIn(new Map([...examples, [wrong, "import { createEngin } from 'longread';\n"]]));
  expect(errors).toHaveLength(1);
  expect(errors[0]).toContain('createEngin');
});
