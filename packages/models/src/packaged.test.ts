import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { modelFolder } from './default-model.ts';
import { findPackaged, packagedNames } from './packaged.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longread-packaged-'));
  vi.stubEnv('XDG_CACHE_HOME', folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

test('names no file and no address', async () => {
  const none = () => Promise.reject(new Error('not asked for'));
  expect(packagedNames).toEqual(['gemma-3-270m']);
  for (const other of ['gemma-3-270m.gguf', './gemma-3-270m', 'toString', ''])
    expect(await findPackaged(other, () => undefined, none)).toBeUndefined();
});

test('bytes that are not the expected ones are not kept, and what could not be fetched is said', async () => {
  const notes: string[] = [];
  const onSetUp = ({ message }: { readonly message: string }) => notes.push(message);
  const fetched: string[] = [];
  const wrong = async ({ requirement }: { readonly requirement: string }, path: string) => {
    fetched.push(requirement);
    await writeFile(path, requirement);
  };
  await expect(findPackaged('gemma-3-270m', onSetUp, wrong)).rejects.toMatchObject({ code: 'Network' });
  expect(fetched).toHaveLength(4);
  expect(notes[0]).toContain('https://ai.google.dev/gemma/terms');
  await expect(findPackaged('gemma-3-270m', onSetUp, wrong)).rejects.toThrow('expected a5fd3b62');
  const cut = () => Promise.reject(new Error('no network'));
  await expect(findPackaged('gemma-3-270m', onSetUp, cut)).rejects.toThrow('(no network)');
  expect(readdirSync(modelFolder())).toEqual([]);
});

test('a kept file that was altered is fetched again', async () => {
  const notes: string[] = [];
  const cut = () => Promise.reject(new Error('no network'));
  await expect(findPackaged('gemma-3-270m', () => undefined, cut)).rejects.toThrow(
    'put gemma-3-270m.Q4_K_M.gguf at',
  );
  const path = join(modelFolder(), 'gemma-3-270m.Q4_K_M.gguf');
  expect(dirname(path)).toContain(folder);
  writeFileSync(path, 'altered');
  await expect(findPackaged('gemma-3-270m', ({ message }) => notes.push(message), cut)).rejects.toThrow();
  expect(notes[0]).toContain('was altered');
});
