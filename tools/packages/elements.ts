// The element's custom-elements.json, which editors and documentation tools read.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { cacheFolder, rootFolder } from '@longread/command';
import { mkdir } from 'node:fs/promises';
import { runProgram } from './run.ts';

export async function customElements(): Promise<string> {
  const package_ = createRequire(import.meta.url).resolve('@custom-elements-manifest/analyzer/package.json');
  await mkdir(cacheFolder, { recursive: true });
  const outDir = await mkdtemp(join(cacheFolder, 'elements-'));
  try {
    const globs = ['packages/element/src/**/*.ts', '!**/*.test.ts', '!**/testing/**'];
    const args = ['analyze', '--litelement', '--quiet', '--globs', ...globs];
    const own = ['--outdir', relative(rootFolder, outDir), '--config', relative(rootFolder, configPath)];
    await runProgram(join(dirname(package_), 'cem.js'), [...args, ...own], rootFolder);
    return await readFile(join(outDir, 'custom-elements.json'), 'utf8');
  } finally {
    await rm(outDir, { recursive: true });
  }
}

const configPath = join(import.meta.dirname, 'elements.config.mjs');
