// The evaluation on the model file: packed documents, asked as long as time lasts; what was answered is kept. Several processes may share
// it: most of an answer of a small model on a large GPU is the host's time.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { keyOf, readAnswers } from '@longread/bench/eval/answers.ts';
import { askAll, isAnswered, tasksOf, type Task } from '@longread/bench/eval/ask-all.ts';
import { openDawnAsker } from '@longread/bench/eval/dawn-asker.ts';
import type { EngineInfo } from 'longread';
import { evalFile, type PackedEval } from '../packed-eval.ts';
import { dataFolder, outFolder } from './results.ts';

export interface EvalCounts {
  readonly answered: number;
  /** Of all that was packed; what earlier runs answered is not among them. */
  readonly left: number;
}

interface EvalRun {
  readonly modelPath: string;
  /** Of this machine: what was answered, a file a process, and what a process has taken. */
  readonly folder: string;
  readonly deadline: number;
  readonly note: (line: string) => void;
}

const readPacked = () =>
  JSON.parse(gunzipSync(readFileSync(join(dataFolder, evalFile))).toString()) as PackedEval;

/** Questions that one process asks, one behind the other: of a document, by one strategy. */
interface Unit {
  /** Of documents that serve the same tasks. */
  readonly round: number;
  readonly length: number;
  readonly tasks: readonly Task[];
}

/**
 * A first document of every kind comes before all second ones: whatever time is left out takes from all cells alike. Among them the longest
 * come first, so that processes end alike.
 */
function unitsOf({ parts, passages }: PackedEval): Unit[] {
  const units = parts.flatMap((part) => {
    const seen = new Map<string, number>();
    return part.documents.flatMap((document) => {
      const kind = [...new Set(document.questions.map(({ task }) => task))].join();
      const round = seen.get(kind) ?? 0;
      seen.set(kind, round + 1);
      const tasks = tasksOf({ ...part, documents: [document] }, passages);
      const names = new Set(tasks.map(({ contender }) => contender?.name));
      return [...names].map((name) => ({
        round,
        length: part.length,
        tasks: tasks.filter(({ contender }) => contender?.name === name),
      }));
    });
  });
  return units.sort((one, other) => one.round - other.round || other.length - one.length);
}

/** What processes answered on this machine, now and before. */
const answerFiles = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .map((name) => join(folder, name));

/** Everything that was answered before the pack was made, and on this machine. */
async function knownKeys(packed: PackedEval, folder: string): Promise<ReadonlySet<string>> {
  const answers = await Promise.all(answerFiles(folder).map(readAnswers));
  return new Set([...packed.known, ...answers.flat().map(keyOf)]);
}

async function openUnits(packed: PackedEval, folder: string): Promise<Unit[]> {
  const known = await knownKeys(packed, folder);
  return unitsOf(packed)
    .map((unit) => ({ ...unit, tasks: unit.tasks.filter((task) => !isAnswered(task, packed, known)) }))
    .filter(({ tasks }) => tasks.length > 0);
}

const countOf = (units: readonly Unit[]) => units.reduce((sum, { tasks }) => sum + tasks.length, 0);

/** Asks what no other process has taken, and keeps the answers in a file of the folder. */
export async function evalShare(
  gpu: GPU,
  name: string,
  { modelPath, folder, deadline, note }: EvalRun,
): Promise<void> {
  const packed = readPacked();
  const units = await openUnits(packed, folder);
  const { preset, commit } = packed;
  const tuning = JSON.parse(readFileSync(join(folder, tuningFile), 'utf8')) as EngineInfo['tuning'];
  const options = { ...(preset && { preset }), tuning, onProgress: () => undefined };
  const { asker, adapter } = await openDawnAsker(gpu, modelPath, options);
  const taken = function* (): Generator<Task> {
    for (const { tasks } of units) if (take(folder, tasks)) yield* tasks;
  };
  let answered = 0;
  for await (const answer of askAll(asker, taken(), packed)) {
    const line = `${JSON.stringify({ ...answer, adapter, commit, date: new Date().toISOString() })}\n`;
    appendFileSync(join(folder, `${name}.jsonl`), line);
    answered += 1;
    if (answered % 50 === 0)
      note(`${name}: ${answered} answered, last ${answer.strategy} at ${answer.length}`);
    if (performance.now() >= deadline) break;
  }
}

/** Whether nobody had taken the unit; named by what it asks, since the rest of a unit may differ between processes that began apart. */
function take(folder: string, [first]: readonly Task[]): boolean {
  const words = [first?.length, first?.contender?.name ?? 'ceiling', first?.document.id];
  try {
    writeFileSync(join(folder, 'taken', words.join(' ').replaceAll('/', '_')), '', { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** In the folder: kernels are timed once, by a process alone on the device. */
const tuningFile = 'tuning.json';

/** All of it by `count` processes that share the device; their answers go to `eval.jsonl` of the results, earlier ones before them. */
export async function evalPacked(
  gpu: GPU,
  count: number,
  { modelPath, folder, deadline, note }: EvalRun,
): Promise<EvalCounts> {
  mkdirSync(folder, { recursive: true });
  rmSync(join(folder, 'taken'), { recursive: true, force: true });
  mkdirSync(join(folder, 'taken'));
  const packed = readPacked();
  const open = countOf(await openUnits(packed, folder));
  note(`${open} questions are open, for ${count} processes`);
  const alone = await openDawnAsker(gpu, modelPath, { onProgress: () => undefined });
  await alone.close();
  writeFileSync(join(folder, tuningFile), JSON.stringify(alone.tuning));
  const [, script = ''] = process.argv;
  const shares = Array.from({ length: count }, async (_, i) => {
    const left = (deadline - performance.now()) / 1000;
    const options = [
      `--model=${modelPath}`,
      `--kept=${folder}`,
      `--seconds=${left}`,
      `--name=share-${i + 1}`,
    ];
    const child = spawn(process.execPath, ['--max-old-space-size=8192', script, 'share', ...options], {
      stdio: 'inherit',
    });
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`process ${i + 1} ended with ${code}`);
  });
  const gather = () => {
    const texts = answerFiles(folder).map((path) => readFileSync(path, 'utf8'));
    // A line that is being written is left for the next time.
    const whole = texts.map((text) => text.slice(0, text.lastIndexOf('\n') + 1)).join('');
    const path = join(outFolder, 'eval.jsonl');
    // Whatever ends this process, what stands there is whole.
    writeFileSync(`${path}.next`, whole);
    renameSync(`${path}.next`, path);
  };
  const timer = setInterval(gather, 5000);
  const ends = await Promise.allSettled(shares);
  clearInterval(timer);
  gather();
  const failed = ends.find((end) => end.status === 'rejected');
  const left = countOf(await openUnits(packed, folder));
  if (failed && left > 0) throw failed.reason;
  return { answered: open - left, left };
}
