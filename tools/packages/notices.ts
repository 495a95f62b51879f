// The licences of others' code that went into a package's scripts.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Script } from './scripts.ts';

/** As one text; empty when there is nothing of others. @throws Error for a package without a licence */
export async function noticesFor(scripts: readonly Script[]): Promise<string> {
  const folders = new Set(
    scripts.flatMap(({ modules }) => modules.flatMap((module) => packageOf(module) ?? [])),
  );
  const notices = await Promise.all([...folders].map(noticeOf));
  return [...new Set(notices)].sort().join(`\n${'-'.repeat(80)}\n\n`);
}

/** The folder of the installed package that a module is in. */
function packageOf(module: string): string | undefined {
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(module)?.[0];
}

async function noticeOf(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(
    await readFile(join(folder, 'package.json'), 'utf8'),
  ) as Record<string, unknown>;
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined || typeof license !== 'string')
    throw new Error(`${folder} has no licence to pass on.`);
  const text = await readFile(join(folder, file), 'utf8');
  return `${String(name)} ${String(version)} (${license})\n\n${text.trim()}\n`;
}
