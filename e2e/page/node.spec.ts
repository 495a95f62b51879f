// The packed engine in Node: installed in a folder of its own beside Dawn, the example of docs/api.md answers as it stands.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { defaultModelPath } from '@longread/models';
import { buildPackages } from '../../tools/packages/packages.ts';

const run = promisify(execFile);
const rootFolder = join(import.meta.dirname, '..', '..');

test('answers over Dawn, with its storage in memory', async () => {
  const home = await mkdtemp(join(tmpdir(), 'longread-node-'));
  try {
    const folder = join(home, 'project');
    await mkdir(folder);
    await buildPackages(join(home, 'packages'));
    await run('npm', ['pack', '--pack-destination', home, join(home, 'packages', 'longread')], { cwd: home });
    const [packed = ''] = (await readdir(home)).filter((name) => name.endsWith('.tgz'));
    await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
    const dawn = JSON.parse(await readFile(join(rootFolder, 'packages', 'dawn', 'package.json'), 'utf8')) as {
      readonly dependencies: { readonly webgpu: string };
    };
    const wanted = [join(home, packed), `webgpu@${dawn.dependencies.webgpu}`];
    await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...wanted], { cwd: folder });

    const api = await readFile(join(rootFolder, 'docs', 'api.md'), 'utf8');
    const [, example = ''] = /## In Node\n[\s\S]*?```ts\n([\s\S]*?)```/.exec(api) ?? [];
    expect(example).toContain("from 'webgpu'");
    await writeFile(join(folder, 'answer.js'), example);
    await writeFile(
      join(folder, 'book.txt'),
      'The captain of the ship is Marlow. The rain fell on the harbour.',
    );
    await symlink(defaultModelPath(), join(folder, 'model.gguf'));
    const { stdout } = await run(process.execPath, ['answer.js'], { cwd: folder });
    expect(stdout).toContain('Marlow');
    expect((await readdir(folder)).toSorted()).toEqual([
      'answer.js',
      'book.txt',
      'model.gguf',
      'node_modules',
      'package-lock.json',
      'package.json',
    ]);
  } finally {
    await rm(home, { recursive: true });
  }
});
