// Where the workspace is, and where its user is.
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the workspace. */
export const rootFolder = fileURLToPath(new URL('../../..', import.meta.url));

/** Git-ignored folder for browser profiles and reports. */
export const cacheFolder = join(rootFolder, '.cache', 'longread');

/** Path of a file that the user named, relative to where they typed the command (npm and start.mjs change the folder, and tell). */
export function userPath(path: string): string {
  return isAbsolute(path) ? path : resolve(process.env.INIT_CWD ?? process.cwd(), path);
}
