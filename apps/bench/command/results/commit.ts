// Which code was measured.
import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { rootFolder } from '@longread/command';

/** What keeping results writes: a run that is kept does not change what the next one measures. */
const written = [':(exclude)docs/results', ':(exclude)README.md'];

async function git(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('git', args, { cwd: rootFolder, maxBuffer: 64 * 1024 * 1024 });
  return stdout.trim();
}

/** The commit, and whether files differ from it. */
export async function describeCommit(): Promise<string> {
  try {
    const changed = await git('status', '--porcelain', '--untracked-files=no', '--', '.', ...written);
    return `${await git('rev-parse', '--short=12', 'HEAD')}${changed === '' ? '' : ' with changes'}`;
  } catch {
    return 'unknown: not a git checkout';
  }
}

/** A hash of the engine's source, changes that are not committed among it: what two results must share to be of one engine. */
export async function hashEngine(): Promise<string> {
  const folders = ['packages', 'shaders'];
  try {
    const trees = await git('rev-parse', ...folders.map((folder) => `HEAD:${folder}`));
    const changes = await git('diff', 'HEAD', '--', ...folders);
    return createHash('sha256').update(`${trees}\n${changes}`).digest('hex').slice(0, 12);
  } catch {
    return 'unknown: not a git checkout';
  }
}
