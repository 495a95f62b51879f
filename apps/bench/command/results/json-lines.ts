// Results a line of JSON each: written as they come, read again by a run that goes on. A run may end in the middle of a line.
import { existsSync } from 'node:fs';
import { appendFile, mkdir, open, readFile, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';

const newline = 0x0a;

/** The whole lines of a file, as they are; none where it is absent. What is behind the last of them was cut, and is left out. */
export async function readLines(path: string): Promise<string[]> {
  if (!existsSync(path)) return [];
  const text = await readFile(path, 'utf8');
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1);
}

/** Adds a line, with the folders that it needs. A line that was cut before it goes: joined to this one, neither could be read. */
export async function addJsonLine(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  if (await isCut(path)) await truncate(path, (await readFile(path)).lastIndexOf(newline) + 1);
  await appendFile(path, `${JSON.stringify(value)}\n`);
}

async function isCut(path: string): Promise<boolean> {
  if (!existsSync(path)) return false;
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
    return size > 0 && buffer[0] !== newline;
  } finally {
    await file.close();
  }
}
