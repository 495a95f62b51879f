// The engine in Node on the model file: reads a stretch of a book and answers a question about it.
import { openAsBlob } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createEngine } from 'longread';
import { dataFolder } from './results.ts';

/** What `pack:gpu` puts beside the tools. */
export interface PackedDocument {
  readonly title: string;
  readonly text: string;
  readonly question: string;
}

export async function askPacked(gpu: GPU, modelPath: string, maxTokens: number): Promise<object> {
  const packed = await readFile(join(dataFolder, 'document.json'), 'utf8');
  const { title, text, question } = JSON.parse(packed) as PackedDocument;
  const startedAt = performance.now();
  const engine = await createEngine({
    model: await openAsBlob(modelPath),
    gpu,
    worker: false,
    storage: 'memory',
  });
  const loadMs = performance.now() - startedAt;
  const document = await engine.ingest(text, { title, maxTokens });
  const answer = await document.ask(question, { maxNewTokens: 48 }).result();
  const info = await engine.info();
  const result = {
    loadMs,
    tokens: document.manifest.numTokens,
    phases: [...document.phases, ...answer.stats.phases],
    memory: { read: document.memory, answer: answer.stats.memory },
    question,
    answer: answer.text,
    info,
  };
  await engine.dispose();
  return result;
}
