// A file that the user named, looked at before anything is started for it: what cannot be read is refused here, in words that
// say what to do. What its bytes mean is decided elsewhere.
import { closeSync, lstatSync, openSync, statSync, type Stats } from 'node:fs';
import { InvalidInputError } from '@longread/core';

/** What stands behind the path when it is one that can be read: a file, or a pipe with a name. */
export type FileKind = 'file' | 'pipe';

/** What the file is for, as messages name it. */
export type FileUse = 'document' | 'model';

/** False when nothing has that path; what is there may still be no file, or not be readable. */
export function isThere(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch (error) {
    return !isAbsence(error);
  }
}

/** False too when what is there cannot be looked at. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // said when it is opened
  }
}

/**
 * Refuses what is no file or pipe, or may not be read. `named` is the path as the user wrote it.
 * @throws InvalidInputError
 */
export function checkFile(path: string, named: string, use: FileUse): FileKind {
  const stats = statOf(path, named, use);
  const refuse = (what: string): never => {
    throw new InvalidInputError(`${path} is ${what}`, { path });
  };
  if (stats.isDirectory())
    return refuse(
      use === 'document'
        ? 'a folder. Name a file in it.'
        : 'a folder. Name the model file in it, whose name ends in .gguf.',
    );
  if (stats.isFIFO()) return 'pipe';
  if (!stats.isFile()) return refuse(`a device or a socket, not a file. Name a file to use as the ${use}.`);
  try {
    closeSync(openSync(path, 'r')); // permissions are the system's to judge: lists and mounts beside the mode have a say
  } catch (error) {
    throw unreadable(path, error);
  }
  return 'file';
}

/** What to say of a file that is there and cannot be read. */
export function unreadable(what: string, cause: unknown): InvalidInputError {
  const code = codeOf(cause);
  const remedy =
    code === 'EACCES' || code === 'EPERM'
      ? 'you lack the permission. Change the permissions of it and of its folders, or read a copy.'
      : `the system says ${cause instanceof Error ? cause.message : String(cause)}.`;
  return new InvalidInputError(`${what} cannot be read: ${remedy}`, { path: what, code }, { cause });
}

function statOf(path: string, named: string, use: FileUse): Stats {
  try {
    return statSync(path);
  } catch (error) {
    if (!isAbsence(error)) throw unreadable(path, error);
    throw new InvalidInputError(explainAbsence(path, named, use), { path });
  }
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false; // no such name, or one that can be none
  }
}

function isAddress(named: string): boolean {
  return /^[a-z][a-z\d+.-]+:\/\//i.test(named);
}

function isAbsence(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(codeOf(error));
}

/** What to say of a path at which there is nothing. */
export function explainAbsence(path: string, named: string, use: FileUse): string {
  return `There is no file ${isAddress(named) ? named : path}.${hint(path, named, use)}`;
}

function hint(path: string, named: string, use: FileUse): string {
  if (isAddress(named))
    return use === 'document'
      ? ' Addresses are not read: download the file first (curl -LO ADDRESS), then name it.'
      : ' Only addresses that begin with http:// or https:// are downloaded.';
  if (named.startsWith('~'))
    return ' Only the shell knows ~, and not inside quotes: write it without, or $HOME.';
  return isLink(path) ? ' There is a link of that name, and what it points to is gone.' : '';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
