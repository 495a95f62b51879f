// What a page loads before its model, in bytes on the way (gzip).
import { gzipSync } from 'node:zlib';
import type { Script } from './scripts.ts';

/** A script and what it imports at once, each once. @throws Error for a name that is not there */
export function gzipBytes(scripts: readonly Script[], names: readonly string[]): number {
  const wanted = new Set<Script>();
  const want = (name: string): void => {
    const script = scripts.find((one) => one.name === name);
    if (!script) throw new Error(`There is no script ${name}.`);
    if (wanted.has(script)) return;
    wanted.add(script);
    script.imports.forEach(want);
  };
  names.forEach(want);
  return [...wanted].reduce((sum, { code }) => sum + gzipSync(code).length, 0);
}
