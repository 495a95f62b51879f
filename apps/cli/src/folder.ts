// A folder on the disk, for the readers to walk. What is in it is read where it is a file; links to files are followed, links to folders
// are not, so that none leads round, and a pipe or a device is never opened.
import { openAsBlob } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { unreadable } from '@longread/command';
import { InvalidInputError } from '@longread/core';
import type { Folder, NamedFile } from '@longread/readers';

export function folderAt(path: string): Folder {
  const name = basename(path);
  return { name: name === '' ? path : name, entries: () => entriesOf(path) };
}

async function entriesOf(path: string): Promise<readonly (NamedFile | Folder)[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  return entries.map((entry) => {
    const inside = join(path, entry.name);
    return entry.isDirectory() ? folderAt(inside) : { name: entry.name, open: () => openFile(inside) };
  });
}

async function openFile(path: string): Promise<Blob> {
  try {
    if ((await stat(path)).isFile()) return await openAsBlob(path);
  } catch (error) {
    throw unreadable(path, error);
  }
  throw new InvalidInputError(`${path} is no file, or a link to a folder.`, { path });
}
