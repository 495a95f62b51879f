// The package's own script in Node, as it ships: an answer over Dawn, its worker's file unused, what it read in memory.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { tinyLlama } from '@longread/formats/testing';
import { engineScripts } from './scripts.ts';

// A driver's cache of compiled kernels may be empty, and lavapipe takes a minute and more to fill it.
vi.setConfig({ testTimeout: 180_000 });

test('longread answers from a text in Node, its storage in memory', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'longread-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  for (const { name, code } of await engineScripts()) await writeFile(join(folder, name), code);
  const script = pathToFileURL(join(folder, 'index.js')).href;
  const { createEngine } = (await import(/* @vite-ignore */ script)) as typeof import('longread');
  const engine = await createEngine({
    model: new Blob([tinyLlama(7)]),
    gpu: navigator.gpu,
    tune: false,
    worker: false,
    storage: 'memory',
  });
  const text = 'and the rain on the harbour and the wind in the trees. '.repeat(20);
  const book = await engine.ingest(text, { title: 'Harbour' });
  const { evidence, stats } = await book.ask('Where is the rain?', { maxNewTokens: 4 }).result();
  expect(stats.generatedTokens).toBeGreaterThan(0);
  expect(evidence.length).toBeGreaterThan(0);
  for (const { start, end, text: passage } of evidence) expect(text.slice(start, end)).toBe(passage);
  await engine.dispose();
});
