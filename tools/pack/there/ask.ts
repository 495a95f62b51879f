// The engine in Node on the model file: reads a stretch of a book and answers a question about it.
import { openAsBlob } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatNumber } from '@longread/bench/command/results/report.ts';
import { createEngine, formatTuning, type PhaseStats } from 'longread';
import { dataFolder } from './results.ts';

/** What `pack:gpu` puts beside the tools. */
export interface PackedDocument {
  readonly title: string;
  readonly text: string;
  readonly question: string;
}

/** After the packed question, whose answer waits for kernels to compile: gathers other tokens, so that nothing is reused. */
const secondQuestion = 'What does the narrator say about the sea?';

export async function askPacked(
  gpu: GPU,
  modelPath: string,
  maxTokens: number,
  note: (line: string) => void,
): Promise<object> {
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
  note(`loaded in ${formatNumber(loadMs / 1000)} s`);
  const document = await engine.ingest(text, { title, maxTokens });
  document.phases.forEach(notePhase);
  const answers: object[] = [];
  for (const asked of [question, secondQuestion]) {
    const { text: answer, evidence, stats } = await document.ask(asked, { maxNewTokens: 48 }).result();
    note(`${asked}\n${answer}`);
    stats.phases.forEach(notePhase);
    answers.push({ question: asked, answer, evidence, phases: stats.phases, memory: stats.memory });
  }
  const info = await engine.info();
  note(formatTuning(info.tuning));
  const { phases, memory, manifest } = document;
  await engine.dispose();
  return { loadMs, document: { tokens: manifest.numTokens, phases, memory }, answers, info };

  function notePhase({ name, ms, tokens }: PhaseStats): void {
    note(
      `  ${name}: ${tokens} tokens in ${formatNumber(ms)} ms, ${formatNumber((1000 * tokens) / ms)} tokens/s`,
    );
  }
}
