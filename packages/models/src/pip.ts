// Packages of Python's as files, through pip: nothing is installed.
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { NetworkError } from '@longread/core';

const run = promisify(execFile);

/** Which file of a package: what pip is told so that it takes no other, and how its name ends. */
const kinds = {
  wheel: { option: '--only-binary', ending: '.whl' },
  source: { option: '--no-binary', ending: '.tar.gz' },
} as const;

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

/**
 * Downloads a package by name, without those that it needs.
 * @param requirement as pip takes it, with its version
 * @param folder empty
 * @returns the path of its file @throws NetworkError | what pip says
 */
export async function downloadPackage(
  requirement: string,
  folder: string,
  kind: keyof typeof kinds,
): Promise<string> {
  const { option, ending } = kinds[kind];
  const python = await findPython();
  const options = ['--no-deps', option, ':all:', '--disable-pip-version-check', '--quiet'];
  await run(python, ['-m', 'pip', 'download', ...options, '--dest', folder, requirement]);
  const file = (await readdir(folder)).find((name) => name.endsWith(ending));
  if (file === undefined) throw new NetworkError(`pip ended without a ${kind}`);
  return join(folder, file);
}
