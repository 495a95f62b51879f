// The evaluation on the model file: packed documents, asked one after the other as long as time lasts; what was answered is kept.
import { appendFileSync, copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { keyOf, readAnswers } from '@longread/bench/eval/answers.ts';
import { askAll, isAnswered, tasksOf } from '@longread/bench/eval/ask-all.ts';
import { openDawnAsker } from '@longread/bench/eval/dawn-asker.ts';
import { evalFile, type PackedEval } from '../packed-eval.ts';
import { dataFolder, outFolder, type Outcome } from './results.ts';

export interface EvalCounts {
  readonly answered: number;
  /** Of all that was packed; what earlier runs answered is not among them. */
  readonly left: number;
}

/**
 * Adds answers to `eval.jsonl` of the results, as `npm run eval` keeps them: those of earlier runs on this machine, which `keptPath` has,
 * stand before them.
 */
export async function evalPacked(
  gpu: GPU,
  modelPath: string,
  keptPath: string,
  { deadline, note }: { readonly deadline: number; readonly note: (line: string) => void },
): Promise<EvalCounts & { readonly outcome: Outcome }> {
  const text = gunzipSync(readFileSync(join(dataFolder, evalFile))).toString();
  const packed = JSON.parse(text) as PackedEval;
  const { parts, preset, commit } = packed;
  const known = new Set([...packed.known, ...(await readAnswers(keptPath)).map(keyOf)]);
  const tasks = parts.flatMap((part) => tasksOf(part, packed.passages));
  const open = tasks.filter((task) => !isAnswered(task, packed, known));
  note(`${open.length} of ${tasks.length} questions are open`);
  const { asker, adapter } = await openDawnAsker(gpu, modelPath, {
    ...(preset && { preset }),
    onProgress: () => undefined,
  });
  const outPath = join(outFolder, 'eval.jsonl');
  if (existsSync(keptPath)) copyFileSync(keptPath, outPath);
  let answered = 0;
  for await (const answer of askAll(asker, open, packed)) {
    const line = `${JSON.stringify({ ...answer, adapter, commit, date: new Date().toISOString() })}\n`;
    for (const path of [keptPath, outPath]) appendFileSync(path, line);
    answered += 1;
    if (answered % 20 === 0)
      note(`${answered} of ${open.length} answered, last ${answer.strategy} at ${answer.length}`);
    if (performance.now() >= deadline) break;
  }
  const left = open.length - answered;
  return { answered, left, outcome: left > 0 ? 'cut' : 'passed' };
}
