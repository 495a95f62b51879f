// What travels besides a model: the bundle, Node and Dawn without debug symbols and compressed, a text to read, libraries.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, open, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { describeCommit } from '@longread/bench/command/results/commit.ts';
import { defaultDocument, defaultQuestion } from '@longread/command/default-document';
import { dawnFiles } from '@longread/dawn';
import { bundle } from './bundle.ts';
import type { PackedDocument } from './there/ask.ts';
import type { PackNote } from './there/results.ts';

const runFile = promisify(execFile);

/** @throws Error where Node here is not the one that runs there: on another system than Linux on x86-64 */
export async function packTools(out: string, libs: readonly string[]): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(
      `A pack is made of this machine's Node: make it on Linux on x86-64, not ${process.platform} on ${process.arch}.`,
    );
  const app = join(out, 'app');
  await bundle(app);
  await packData(join(out, 'data'));
  const scratch = await mkdtemp(join(tmpdir(), 'longread-pack-'));
  try {
    await runFile('strip', ['-o', join(scratch, 'node'), process.execPath]);
    const { folder: webgpu, binary } = dawnFiles();
    await copyFile(binary, join(scratch, 'dawn.node'));
    for (const name of ['node', 'dawn.node']) await compress(join(scratch, name), join(out, `${name}.xz`));
    const target = join(app, 'node_modules', 'webgpu');
    await mkdir(target, { recursive: true });
    for (const name of ['index.js', 'package.json', 'LICENSE.md'])
      await copyFile(join(webgpu, name), join(target, name));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  await mkdir(join(out, 'lib'));
  for (const lib of libs) await copyFile(lib, join(out, 'lib', basename(lib)));
}

/** Needs xz, which every Linux that builds packages has; Node before 22.15 has no coder that comes near. */
export async function compress(source: string, target: string, level = 6): Promise<void> {
  const file = await open(target, 'w');
  try {
    const child = spawn('xz', ['--stdout', '--threads=1', `-${level}`, source], {
      stdio: ['ignore', file.fd, 'inherit'],
    });
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`xz could not compress ${source}: it ended with ${code ?? 'a signal'}.`);
  } finally {
    await file.close();
  }
}

async function packData(folder: string): Promise<void> {
  await mkdir(folder);
  const { title, text } = defaultDocument();
  // The tokens that `ask` reads, and no more than a few pages behind them.
  const document: PackedDocument = { title, text: text.slice(0, 60_000), question: defaultQuestion };
  await writeFile(join(folder, 'document.json'), JSON.stringify(document));
  const packed: PackNote = { commit: await describeCommit(), packed: new Date().toISOString() };
  await writeFile(join(folder, 'pack.json'), JSON.stringify(packed));
}

/** Of all files in a folder and below. */
export async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
