// What Dawn's compiler says of modules for devices that are not there: by its null backend, which has every feature and computes nothing.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { dawnFiles } from './dawn.ts';

/** WGSL with entry point `main`, and values of its overrides. */
export type WgslModule = readonly [code: string, overrides: Readonly<Record<string, number>>];

/**
 * For each module what the compiler says of it, then why it has no pipeline; nothing of one that is fine. A device's own limits and
 * compiler may say more.
 * @throws Error (Dawn's own, that ended it)
 */
export function compileOnNull(modules: readonly WgslModule[]): string[][] {
  const compiler = fileURLToPath(new URL('null-compiler.mjs', import.meta.url));
  const dawn = pathToFileURL(join(dawnFiles().folder, 'index.js')).href;
  const input = JSON.stringify(modules);
  const { status, stdout, stderr } = spawnSync(process.execPath, [compiler, dawn], {
    input,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The compiler ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as string[][];
}
