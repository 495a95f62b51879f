// Text that comes through a pipe instead of from a file: standard input, a shell's `<(...)` or a FIFO. The page that reads
// documents cannot open any of them, so they are read whole here.
import { createReadStream, fstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { InvalidInputError } from '@longread/core';
import { unreadable } from './named-file.ts';

/** A pipe without an end (`yes`) must not fill the memory. */
const maxBytes = 512 * 1024 * 1024;

/** Processes between this one and the shell: npm and the shell it starts; more where commands are wrapped. */
const maxAncestors = 10;

/** The descriptor that a path stands for: 0 for `-` and `/dev/stdin`; undefined when it is any other path. */
export function descriptorNamed(path: string): number | undefined {
  if (path === '-' || path === '/dev/stdin') return 0;
  const number = /^\/(?:dev|proc\/self)\/fd\/(\d{1,9})$/.exec(path)?.[1];
  return number === undefined ? undefined : Number(number);
}

/** All that a descriptor of the command gives. @throws InvalidInputError when nothing comes, or it cannot be reached */
export async function readDescriptor(number: number, named: string): Promise<Uint8Array> {
  if (number === 0) {
    if (fstatSync(0).isDirectory())
      throw new InvalidInputError('Standard input is a folder. Name one text file in it.');
    return readWhole(process.stdin, 'Standard input');
  }
  const path = findPipe(number);
  if (path !== undefined) return readPipe(path, named);
  throw new InvalidInputError(
    `${named} cannot be reached from here: npm does not hand it on to the commands it starts. ` +
      'Use a pipe and a dash instead: COMMAND | npm run ask -- - "question".',
    { path: named },
  );
}

/** All that comes through the FIFO at `path` until it is closed. @throws InvalidInputError */
export async function readPipe(path: string, named = path): Promise<Uint8Array> {
  return readWhole(createReadStream(path), named);
}

async function readWhole(stream: AsyncIterable<unknown>, what: string): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      pieces.push(piece);
      sizeBytes += piece.byteLength;
      if (sizeBytes > maxBytes) break;
    }
  } catch (error) {
    throw unreadable(what, error);
  }
  if (sizeBytes > maxBytes)
    throw new InvalidInputError(
      `${what} gave more than ${maxBytes / 1024 / 1024} MB and had not ended. Write it to a file, and name that.`,
      { path: what, limit: maxBytes },
    );
  if (sizeBytes === 0)
    throw new InvalidInputError(`${what} is empty: it ended before the first byte came.`, { path: what });
  return Buffer.concat(pieces);
}

/**
 * The pipe that the shell opened as this descriptor, in this process or in the nearest one above it that still has it: programs in
 * between may close what they inherit. Linux alone tells.
 */
function findPipe(number: number): string | undefined {
  let pid = process.pid;
  try {
    for (let i = 0; i < maxAncestors && pid > 1; i++) {
      if (isInherited(pid, number)) return `/proc/${pid}/fd/${number}`;
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      pid = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]); // after the name: state, parent
    }
  } catch {
    // No such system, or a process of somebody else: not found.
  }
  return undefined;
}

/** A pipe that the process can only read: of those that a program makes for itself it has the writing end too. */
function isInherited(pid: number, number: number): boolean {
  const folder = `/proc/${pid}/fd`;
  const wanted = linkOf(`${folder}/${number}`);
  if (!wanted.startsWith('pipe:')) return false;
  return readdirSync(folder)
    .filter((name) => linkOf(`${folder}/${name}`) === wanted)
    .every((name) => isReadOnly(`/proc/${pid}/fdinfo/${name}`));
}

/** The kernel tells how a descriptor was opened in octal; the last two bits are 0 for reading. */
function isReadOnly(infoPath: string): boolean {
  const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(infoPath, 'utf8'))?.[1] ?? '1';
  return (Number.parseInt(flags, 8) & 3) === 0;
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return ''; // closed meanwhile
  }
}
