// The two packages as folders that install: scripts, types, a manifest of their own, README, licences.
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { rootFolder } from '@longread/command';
import { packageDeclarations } from './declarations.ts';
import { customElements } from './elements.ts';
import { noticesFor } from './notices.ts';
import { elementScripts, engineScripts, pageScripts, type Script } from './scripts.ts';

/** What a package has beside licences, README and manifest. */
interface Parts {
  /** In packages/. */
  readonly source: string;
  readonly scripts: readonly Script[];
  /** Further files by path. */
  readonly files: Readonly<Record<string, string>>;
  readonly manifest: Readonly<Record<string, unknown>>;
}

/** Writes `longread` and `element` into `outDir`; what is there of them goes. */
export async function buildPackages(outDir: string): Promise<void> {
  const [engine, element, page, types, elements] = await Promise.all([
    engineScripts(),
    elementScripts(),
    pageScripts(),
    packageDeclarations(),
    customElements(),
  ]);
  const { version: engineVersion } = await sourceManifest('engine');
  const { dependencies } = await sourceManifest('element');
  await writePackage(join(outDir, 'longread'), {
    source: 'engine',
    scripts: engine,
    files: { 'index.d.ts': types.engine, 'readers.d.ts': types.readers },
    manifest: {
      sideEffects: false,
      exports: {
        '.': { types: './index.d.ts', default: './index.js' },
        './readers': { types: './readers.d.ts', default: './readers.js' },
        './worker.js': './worker.js',
        './package.json': './package.json',
      },
      engines: { node: '>=20.19' },
    },
  });
  await writePackage(join(outDir, 'element'), {
    source: 'element',
    scripts: [...element, ...page.map((script) => ({ ...script, name: `page/${script.name}` }))],
    files: {
      'index.d.ts': types.element,
      'react.d.ts': types.react,
      'react.js': 'export {};\n',
      'custom-elements.json': elements,
    },
    manifest: {
      sideEffects: ['./index.js', './page/longread-element.js'],
      customElements: 'custom-elements.json',
      exports: {
        '.': { types: './index.d.ts', default: './index.js' },
        './react': { types: './react.d.ts', default: './react.js' },
        './page/*': './page/*',
        './custom-elements.json': './custom-elements.json',
        './package.json': './package.json',
      },
      dependencies: { lit: `^${String(dependencies?.lit)}`, longread: engineVersion },
    },
  });
}

interface SourceManifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

async function sourceManifest(source: string): Promise<SourceManifest> {
  const text = await readFile(join(rootFolder, 'packages', source, 'package.json'), 'utf8');
  return JSON.parse(text) as SourceManifest;
}

async function writePackage(folder: string, { source, scripts, files, manifest }: Parts): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const { name, version, description, license } = await sourceManifest(source);
  const notices = await noticesFor(scripts);
  const all: Record<string, string> = {
    ...files,
    ...Object.fromEntries(scripts.map((script) => [script.name, script.code])),
    ...(notices !== '' && { 'NOTICES.txt': notices }),
  };
  all['package.json'] = `${JSON.stringify(
    { name, version, description, license, type: 'module', ...manifest, files: Object.keys(all).sort() },
    undefined,
    2,
  )}\n`;
  for (const [path, text] of Object.entries(all)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  await copyFile(join(rootFolder, 'LICENSE'), join(folder, 'LICENSE'));
  await copyFile(join(rootFolder, 'packages', source, 'README.md'), join(folder, 'README.md'));
}
