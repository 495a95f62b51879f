// One step a process: `node main.mjs STEP [name=value ...]`; what it found goes to a JSON file named after it. run.sh calls this.
import './worker-state.ts';
import { parseArgs } from 'node:util';
import { installDawn } from '@longread/dawn';
import { shapeNames } from '@longread/bench/pages/stages/driver.ts';
import { formatNumber } from '@longread/bench/command/results/report.ts';
import { askPacked } from './ask.ts';
import { runBench } from './bench.ts';
import { writeResult } from './results.ts';
import { judgeDevice, runTests } from './tests.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    files: { type: 'string', default: '' },
    whole: { type: 'boolean', default: false },
    shape: { type: 'string' },
    model: { type: 'string' },
    only: { type: 'string', default: '' },
    repeats: { type: 'string' },
    tokens: { type: 'string', default: '2048' },
    name: { type: 'string' },
  },
});
const [step = ''] = positionals;
const name = values.name ?? step;
const note = (line: string): void => void process.stdout.write(`${line}\n`);

const dawn = await installDawn();

function modelOf() {
  if (values.model !== undefined) return { path: values.model };
  const shape = shapeNames.find((known) => known === values.shape);
  if (shape === undefined) throw new Error(`--shape takes ${shapeNames.join(', ')}.`);
  return { shape };
}

const steps: Readonly<Record<string, () => boolean | Promise<boolean>>> = {
  device: () => {
    note(`${dawn.info.vendor} ${dawn.info.architecture} ${dawn.info.description}`);
    writeResult(name, dawn, {});
    return true;
  },
  tests: async () => {
    const report = await runTests(new RegExp(values.files), (soFar, line) => {
      writeResult(name, dawn, { unfinished: true, ...soFar });
      note(line);
    });
    const { text, missing } = judgeDevice(report);
    writeResult(name, dawn, { ...report, missing });
    note(text);
    for (const { fullName, status, failureMessages } of report.testResults.flatMap(
      (file) => file.assertionResults,
    ))
      if (status === 'failed') note(`FAILED ${fullName}: ${failureMessages[0]?.slice(0, 400) ?? ''}`);
    note(`${report.passed} passed, ${report.failed} failed, ${report.skipped} skipped`);
    // A run of some files misses what the others test.
    return report.failed === 0 && (!values.whole || missing.length === 0);
  },
  bench: () =>
    runBench({
      model: modelOf(),
      only: new Set(values.only.split(',').filter((row) => row !== '')),
      repeats: values.repeats === undefined ? undefined : Number(values.repeats),
      note,
      onRows: (rows) => {
        writeResult(name, dawn, { rows });
        for (const { name: row, value, unit, against = '' } of rows.slice(-1))
          note(`${row}: ${formatNumber(value)} ${unit} ${against}`);
      },
    }),
  ask: async () => {
    writeResult(name, dawn, await askPacked(dawn.gpu, values.model ?? '', Number(values.tokens)));
    return true;
  },
};

const run = steps[step];
if (run === undefined) throw new Error(`There is no step '${step}', only ${Object.keys(steps).join(', ')}.`);
// Dawn keeps a thread that polls: a process with a device does not end by itself.
process.exit((await run()) ? 0 : 1);
