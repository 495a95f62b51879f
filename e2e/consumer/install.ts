// Packs both packages, installs them in a project outside the workspace, checks its types and builds it.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildPackages } from '../../tools/packages/packages.ts';
import { projectFiles } from './site.ts';

const run = promisify(execFile);
const toolVersions = ['react@19.3.1', 'react-dom@19.3.1', '@types/react-dom@19.3.0', 'vue@3.5.45'];

export interface Consumer {
  /** The project; what it built is in its dist/. */
  readonly folder: string;
  /** The element's files for plain pages. */
  readonly pageFolder: string;
  close(): Promise<void>;
}

/** Vite, TypeScript and React's types in the versions that the workspace has. */
async function workspaceVersions(): Promise<string[]> {
  const versionsIn = async (path: string) => {
    const text = await readFile(new URL(`../../${path}/package.json`, import.meta.url), 'utf8');
    return (JSON.parse(text) as { devDependencies: Record<string, string> }).devDependencies;
  };
  const all: Record<string, string> = {
    ...(await versionsIn('.')),
    ...(await versionsIn('packages/element')),
  };
  return ['vite', 'typescript', '@types/react'].map((name) => `${name}@${all[name] ?? ''}`);
}

/** @throws Error with what was said, for a package that does not install, types that are wrong, a build that fails */
export async function installConsumer(): Promise<Consumer> {
  const home = await mkdtemp(join(tmpdir(), 'longread-consumer-'));
  const folder = join(home, 'project');
  const npm = (...args: readonly string[]) =>
    run('npm', [...args, '--loglevel=error', '--no-audit', '--no-fund', '--prefer-offline'], { cwd: folder });
  await mkdir(folder);
  for (const [name, text] of Object.entries(projectFiles)) await writeFile(join(folder, name), text);
  await buildPackages(join(home, 'packages'));
  await npm(
    'pack',
    '--pack-destination',
    home,
    join(home, 'packages', 'longread'),
    join(home, 'packages', 'element'),
  );
  const files = (await readdir(home)).filter((name) => name.endsWith('.tgz')).map((name) => join(home, name));
  await npm('install', ...files, ...toolVersions, ...(await workspaceVersions()));
  const bin = (name: string) => join(folder, 'node_modules', '.bin', name);
  await run(bin('tsc'), [], { cwd: folder }).catch((error: unknown) => {
    throw new Error(`The packages' types fail.\n${(error as { stdout: string }).stdout}`);
  });
  await run(bin('vite'), ['build'], { cwd: folder });
  return {
    folder,
    pageFolder: join(folder, 'node_modules', '@longread', 'element', 'page'),
    close: () => rm(home, { recursive: true }),
  };
}
