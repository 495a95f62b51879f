// The packages' JavaScript: what is ours is bundled, WGSL travels minified in the code, and the engine's worker is one file beside
// the rest, which asks for no other. What a bundler takes in is left readable for it; what a page loads as it is, is minified. No
// source maps: they would double a package, and the readable files are there.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootFolder } from '@longread/command';
import { rolldown, type OutputChunk, type Plugin } from 'rolldown';
import { minifyWgsl } from './minify-wgsl.ts';

/** A file of a package, with what went into it. */
export interface Script {
  readonly name: string;
  readonly code: string;
  /** Absolute paths of source files; what is made by the build has a name that is no path. */
  readonly modules: readonly string[];
  /** Scripts that are loaded with it, by name. */
  readonly imports: readonly string[];
}

interface Bundle {
  /** A source file by the name that its script gets, without `.js`. */
  readonly input: Readonly<Record<string, string>>;
  /** What the names of chunks begin with. */
  readonly prefix?: string;
  readonly external?: RegExp;
  readonly plugins?: readonly Plugin[];
  readonly isMinified?: boolean;
  /** In one file what is loaded first, however much of it late scripts share: cut up, it takes more bytes and requests. */
  readonly isFirstWhole?: boolean;
  /** In one file, what is loaded late included. */
  readonly isWhole?: boolean;
  /** What the worker's script is called there. */
  readonly worker?: string;
}

const engine = join(rootFolder, 'packages', 'engine', 'src', 'index.ts');
/** Of files that people have; what reads a kind of file is loaded with the first of it. */
const readers = join(rootFolder, 'packages', 'readers', 'src', 'index.ts');
const worker = join(rootFolder, 'packages', 'engine', 'src', 'host', 'worker.ts');
const element = join(rootFolder, 'packages', 'element', 'src', 'index.ts');

/** `import text from './kernel.wgsl?raw'`, as Vite understands it. */
const wgslAsText: Plugin = {
  name: 'longread-wgsl',
  resolveId: {
    filter: { id: /\.wgsl\?raw$/ },
    handler: (id, importer) => (importer === undefined ? null : join(importer, '..', id)),
  },
  load: {
    filter: { id: /\.wgsl\?raw$/ },
    handler: async (id) =>
      `export default ${JSON.stringify(minifyWgsl(await readFile(id.replace(/\?raw$/, ''), 'utf8')))};`,
  },
};

/**
 * `import url from './worker.ts?worker&url'`: the address of a file beside this one, written as Vite, webpack and browsers understand
 * it. They take a script that is whole as it is, without making a bundle of it again.
 */
const workerBeside = (script: string): Plugin => ({
  name: 'longread-worker',
  resolveId: { filter: { id: /\?worker&url$/ }, handler: () => '\0worker-beside' },
  load: {
    filter: { id: /^\0worker-beside$/ },
    handler: () => `export default new URL('./${script}', import.meta.url).href;`,
  },
});

async function bundle(options: Bundle): Promise<Script[]> {
  const scripts = await build(options);
  if (!options.isFirstWhole) return scripts;
  const first = new Set<string>();
  const add = (name: string): void => {
    const script = scripts.find((one) => one.name === name);
    script?.modules.forEach((path) => first.add(path));
    script?.imports.forEach(add);
  };
  Object.keys(options.input).forEach((name) => add(`${name}.js`));
  return build(options, first);
}

/** @param together paths of source files that stay in one script. */
async function build(options: Bundle, together?: ReadonlySet<string>): Promise<Script[]> {
  const { input, prefix = '', external, isMinified = false, isWhole = false } = options;
  const made = await rolldown({
    input,
    cwd: rootFolder,
    platform: 'browser',
    ...(external && { external }),
    plugins: [...(options.plugins ?? []), wgslAsText, workerBeside(options.worker ?? 'worker.js')],
    transform: { target: 'es2024' },
    logLevel: 'silent', // what fails throws
  });
  const { output } = await made.generate({
    format: 'es',
    entryFileNames: '[name].js',
    chunkFileNames: ({ facadeModuleId }) => `${prefix}${facadeModuleId === engine ? 'engine' : '[name]'}.js`,
    minify: isMinified,
    ...(isWhole && { codeSplitting: false }),
    ...(together && {
      codeSplitting: { groups: [{ name: 'first', test: (path: string) => together.has(path) }] },
    }),
  });
  await made.close();
  return output
    .filter((file): file is OutputChunk => file.type === 'chunk')
    .map(({ fileName, code, moduleIds, imports }) => ({ name: fileName, code, modules: moduleIds, imports }));
}

const together = async (...bundles: readonly Promise<Script[]>[]) => (await Promise.all(bundles)).flat();

/** Of `longread`: it depends on nothing. */
export function engineScripts(): Promise<Script[]> {
  return together(
    bundle({ input: { index: engine, readers } }),
    bundle({ input: { worker }, isMinified: true, isWhole: true }),
  );
}

/** Of the package's readers, which installers find by another name. */
const readersOfEngine: Plugin = {
  name: 'longread-readers',
  resolveId: {
    filter: { id: /^@longread\/readers$/ },
    handler: () => ({ id: 'longread/readers', external: true }),
  },
};

/** Of `@longread/element`, for bundlers: Lit and the engine are dependencies, which a page may share with others. */
export function elementScripts(): Promise<Script[]> {
  return bundle({
    input: { index: element },
    external: /^(?:lit|longread)(?:\/|$)/,
    plugins: [readersOfEngine],
  });
}

/** Of the folder that a plain page takes as it is: one script, which loads the others when they are needed. */
export function pageScripts(): Promise<Script[]> {
  return together(
    bundle({
      input: { 'longread-element': element },
      prefix: 'longread-',
      isMinified: true,
      worker: 'longread-worker.js',
    }),
    bundle({
      input: { 'longread-worker': worker },
      prefix: 'longread-worker-',
      isMinified: true,
      isFirstWhole: true,
    }),
  );
}
