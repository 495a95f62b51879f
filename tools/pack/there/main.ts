// One step a process: `node main.mjs STEP [--option=value ...]`; what it found goes to a JSON file named after it. run.sh calls this.
// Ends with 0, with 1 where something failed, with 3 where only time was too short.
import './worker-state.ts';
import { createServer } from 'node:http';
import { createReadStream } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { installDawn } from '@longread/dawn';
import { shapeNames } from '@longread/bench/pages/stages/driver.ts';
import { askPacked } from './ask.ts';
import { runBench } from './bench.ts';
import { evalPacked, evalShare } from './eval.ts';
import { describeDevice, writeResult, type Outcome } from './results.ts';
import { formatCounts, judgeDevice, runTests } from './tests.ts';

const exitCodes: Readonly<Record<Outcome, number>> = { passed: 0, failed: 1, cut: 3 };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    files: { type: 'string', default: '' },
    whole: { type: 'boolean', default: false },
    shape: { type: 'string' },
    model: { type: 'string' },
    only: { type: 'string', default: '' },
    repeats: { type: 'string' },
    tokens: { type: 'string', default: '1024' },
    seconds: { type: 'string', default: '86400' },
    name: { type: 'string' },
    kept: { type: 'string', default: 'eval-kept' },
    processes: { type: 'string', default: '1' },
  },
});
const [step = ''] = positionals;
const name = values.name ?? step;
const note = (line: string): void => void process.stdout.write(`${line}\n`);
/** The clock began with this process. */
const deadline = 1000 * Number(values.seconds);

const dawn = await installDawn();

function modelOf() {
  if (values.model !== undefined) return { path: values.model };
  const shape = shapeNames.find((known) => known === values.shape);
  if (shape === undefined) throw new Error(`--shape takes ${shapeNames.join(', ')}.`);
  return { shape };
}

/** Where tests look for the model: beside the page, which is a server of this process. */
async function serveModel(path: string): Promise<void> {
  const server = createServer((_, response) => createReadStream(path).pipe(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  Object.defineProperty(globalThis, 'location', { value: { href: `http://127.0.0.1:${port}/` } });
}

async function test(): Promise<Outcome> {
  if (values.model !== undefined) await serveModel(values.model);
  const wanted = new RegExp(values.files);
  const report = await runTests({
    // Golden values are those of a model file.
    isWanted: (path) => wanted.test(path) && path.includes('/golden.') === (values.model !== undefined),
    deadline,
    onFile: (soFar, line) => {
      writeResult(name, dawn, { unfinished: true, ...soFar });
      note(line);
    },
  });
  const { text, missing } = judgeDevice(report);
  writeResult(name, dawn, { ...report, missing });
  if (values.whole) note(text);
  const { filesLeft } = report;
  note(formatCounts(report) + (filesLeft.length > 0 ? `; files not begun: ${filesLeft.join(', ')}` : ''));
  const isCut = report.cut > 0 || filesLeft.length > 0;
  // A run of some files, or of some cases, misses what the others test.
  if (report.failed > 0 || (values.whole && !isCut && missing.length > 0)) return 'failed';
  return isCut ? 'cut' : 'passed';
}

const evalRun = () => ({ modelPath: values.model ?? '', folder: values.kept, deadline, note });

const steps: Readonly<Record<string, () => Outcome | Promise<Outcome>>> = {
  device: async (): Promise<Outcome> => {
    note(`${dawn.info.vendor} ${dawn.info.architecture} ${dawn.info.description}`);
    writeResult(name, dawn, await describeDevice(dawn));
    return 'passed';
  },
  tests: test,
  bench: () =>
    runBench({
      gpu: dawn.gpu,
      model: modelOf(),
      only: new Set(values.only.split(',').filter((row) => row !== '')),
      repeats: values.repeats === undefined ? undefined : Number(values.repeats),
      profileTokens: Number(values.tokens),
      deadline,
      note,
      onResult: (result) => writeResult(name, dawn, result),
    }),
  ask: async (): Promise<Outcome> => {
    const result = await askPacked(dawn.gpu, values.model ?? '', Number(values.tokens), note);
    writeResult(name, dawn, result);
    return 'passed';
  },
  eval: async (): Promise<Outcome> => {
    const counts = await evalPacked(dawn.gpu, Number(values.processes), evalRun());
    note(`${counts.answered} questions answered, ${counts.left} left`);
    writeResult(name, dawn, counts);
    return counts.left > 0 ? 'cut' : 'passed';
  },
  /** Of `eval`, which starts it: a process among several. */
  share: async (): Promise<Outcome> => {
    await evalShare(dawn.gpu, name, evalRun());
    return 'passed';
  },
};

const run = steps[step];
if (run === undefined) throw new Error(`There is no step '${step}', only ${Object.keys(steps).join(', ')}.`);
// Dawn keeps a thread that polls: a process with a device does not end by itself.
process.exit(exitCodes[await run()]);
