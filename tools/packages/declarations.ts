// One file of types for each package: the compiler writes the declarations of every module, API Extractor rolls up those that are
// reached from the public ones.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { cacheFolder, rootFolder } from '@longread/command';
import { runProgram } from './run.ts';

export interface Declarations {
  readonly engine: string;
  readonly readers: string;
  readonly element: string;
  /** Of the element's module of types for React. */
  readonly react: string;
}

const elementPackage = join('packages', 'element');

export async function packageDeclarations(): Promise<Declarations> {
  await mkdir(cacheFolder, { recursive: true });
  const folder = await mkdtemp(join(cacheFolder, 'declarations-'));
  try {
    await emit(folder);
    const engine = await rollUp(folder, join('packages', 'engine'), {});
    const readers = await rollUp(folder, join('packages', 'readers'), {});
    await install(folder, 'longread', engine);
    const lit = join(rootFolder, elementPackage, 'node_modules', 'lit');
    const element = await rollUp(folder, elementPackage, { lit: [join(lit, 'index.d.ts')] });
    const react = await readFile(join(rootFolder, elementPackage, 'src', 'react.d.ts'), 'utf8');
    // The extractor leaves out what a module adds to the page's own types.
    const modules = (await readdir(join(folder, elementPackage, 'src'), { recursive: true })).sort();
    const texts = await Promise.all(
      modules
        .filter((name) => name.endsWith('.d.ts'))
        .map((name) => readFile(join(folder, elementPackage, 'src', name), 'utf8')),
    );
    const added = texts.map(globalsOf).join('');
    return { engine, readers, element: `${element}\n${added}`, react: ownSpecifiers(react) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Where it is found by its name, its types are named and not taken in. */
async function install(folder: string, name: string, types: string): Promise<void> {
  const installed = join(folder, 'node_modules', name);
  await mkdir(installed, { recursive: true });
  await writeFile(
    join(installed, 'package.json'),
    JSON.stringify({ name, version: '0.0.0', types: 'index.d.ts' }),
  );
  await writeFile(join(installed, 'index.d.ts'), types);
}

/** Checked elsewhere, so that only declarations are made here. */
async function emit(folder: string): Promise<void> {
  // The workspace's own, which checks its types too; of the extractor's version here only what it asks itself.
  const compiler = join(rootFolder, 'node_modules', 'typescript', 'bin', 'tsc');
  const sources = await workspaceSources();
  const config = {
    extends: relative(folder, join(rootFolder, 'tsconfig.page.json')),
    compilerOptions: {
      noEmit: false,
      noCheck: true,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: rootFolder,
      outDir: folder,
      resolveJsonModule: true,
      // Of what is found by a package's name no declarations are written.
      paths: Object.fromEntries([...sources].map(([name, source]) => [name, [source]])),
      types: ['@webgpu/types', 'vite/client'].map((name) => join(rootFolder, 'node_modules', name)),
    },
    include: [],
    files: ['engine', 'readers', 'element'].map((name) =>
      join(rootFolder, 'packages', name, 'src', 'index.ts'),
    ),
  };
  const path = join(folder, 'tsconfig.json');
  await writeFile(path, JSON.stringify(config));
  await runProgram(compiler, ['-p', path], rootFolder);
  for (const file of await readdir(folder, { recursive: true })) {
    if (!file.endsWith('.d.ts')) continue;
    const path = join(folder, file);
    const text = await readFile(path, 'utf8');
    const found = text.replace(/'(@longread\/[^']+)'/g, (_, name: string) => {
      const source = sources.get(name);
      if (source === undefined) throw new Error(`${file} names ${name}, which no package exports.`);
      const declared = join(folder, relative(rootFolder, source));
      return `'./${relative(dirname(path), declared).replaceAll('\\', '/')}'`;
    });
    if (found !== text) await writeFile(path, found);
  }
}

/** The sources of what the workspace's packages export, by what it is imported as. */
async function workspaceSources(): Promise<ReadonlyMap<string, string>> {
  const packages = join(rootFolder, 'packages');
  const folders = [
    join(rootFolder, 'shaders'),
    ...(await readdir(packages)).map((name) => join(packages, name)),
  ];
  const sources = new Map<string, string>();
  for (const folder of folders) {
    const text = await readFile(join(folder, 'package.json'), 'utf8');
    const { name, exports = {} } = JSON.parse(text) as { name: string; exports?: Record<string, string> };
    for (const [path, source] of Object.entries(exports))
      sources.set(name + path.slice(1), join(folder, source));
  }
  return sources;
}

async function rollUp(folder: string, ofPackage: string, paths: Record<string, string[]>): Promise<string> {
  const entry = join(folder, ofPackage, 'src', 'index.d.ts');
  const rolled = join(folder, `${ofPackage.replaceAll(/\W/g, '-')}.d.ts`);
  const none = { default: { logLevel: ExtractorLogLevel.None } };
  const errors = { default: { logLevel: ExtractorLogLevel.Error } };
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: entry,
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: 'ES2024',
            module: 'ESNext',
            moduleResolution: 'bundler',
            lib: ['ES2024', 'DOM', 'DOM.Iterable'],
            types: [],
            strict: true,
            skipLibCheck: true,
            allowImportingTsExtensions: true,
            noEmit: true,
            paths,
          },
          files: [entry],
        },
      },
      apiReport: { enabled: false },
      docModel: { enabled: false },
      tsdocMetadata: { enabled: false },
      dtsRollup: { enabled: true, untrimmedFilePath: rolled },
      messages: {
        compilerMessageReporting: errors,
        extractorMessageReporting: none,
        tsdocMessageReporting: none,
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(rootFolder, ofPackage, 'package.json'),
  });
  const said: string[] = [];
  const { succeeded } = Extractor.invoke(config, {
    messageCallback: (message) => {
      said.push(message.text);
      message.handled = true;
    },
  });
  if (!succeeded) throw new Error(`The types of ${ofPackage} could not be rolled up.\n${said.join('\n')}`);
  return ownSpecifiers(await readFile(rolled, 'utf8'));
}

/** `declare global` blocks, as they stand. */
function globalsOf(text: string): string {
  return [...text.matchAll(/^declare global \{\n(?:[ \t].*\n)*\}\n/gm)].map(([block]) => block).join('');
}

/** Of TypeScript's sources there are none in a package. @throws Error for what an installer could not resolve */
function ownSpecifiers(text: string): string {
  const own = text.replaceAll("'./index.ts'", "'./index.js'");
  const foreign = /(?:from |import\()'((?:@longread\/|\.)[^']*)'/.exec(own)?.[1];
  if (foreign !== undefined && foreign !== './index.js') throw new Error(`The types name ${foreign}.`);
  return own;
}
