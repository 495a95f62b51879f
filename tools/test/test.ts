// `npm test`: sets up what the steps need as `npm run ask` does, runs them, and counts.
import { chooseAdapter, setUpBrowser } from '@longread/browser';
import { adapterKinds, type AdapterKind } from '@longread/browser/flags';
import { createSetUpNotes, note, parse, parseChoice, UsageError } from '@longread/command';
import { fetchDefaultModel } from '@longread/models';
import { steps, type Step } from './steps.ts';

const names = (isExtra: boolean): string =>
  steps.flatMap((step) => ((step.isExtra ?? false) === isExtra ? step.name : [])).join(', ');

const usage = `Usage: npm test -- [STEP...] [options]
Runs all checks and tests, or the named steps only: ${names(false)};
when named also ${names(true)}: the page with the packaged model, as people use it; the kernels' tests in Node
on the adapter that Dawn finds (a GPU, or Mesa lavapipe 25 or later; LONGREAD_DAWN chooses, see docs/gpu.md), and those of kernels with subgroups on lavapipe with subgroups of 4 and of 16.
Prints the counts; the last line is 'N passed, N failed'. A skipped test is a failed one, unless its kernel needs what the device lacks.
  --adapter A   the GPU and end-to-end tests' adapter: software (default, the same everywhere) or system (a GPU)
  --help        print this`;

interface TestCommand {
  readonly steps: readonly Step[];
  readonly adapter: AdapterKind;
}

function print(text: string): void {
  process.stdout.write(text);
}

function parseTest(args: readonly string[]): TestCommand | undefined {
  const { values, positionals } = parse(usage, {
    args: [...args],
    allowPositionals: true,
    options: { adapter: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    print(`${usage}\n`);
    return undefined;
  }
  const unknown = positionals.find((name) => steps.every((step) => step.name !== name));
  if (unknown !== undefined) throw new UsageError(`There is no step '${unknown}'.`, usage);
  const isChosen = ({ name, isExtra }: Step) =>
    positionals.length === 0 ? isExtra !== true : positionals.includes(name);
  return {
    steps: steps.filter(isChosen),
    adapter: parseChoice('--adapter', values.adapter, adapterKinds, usage) ?? 'software',
  };
}

async function setUp({ steps: chosen, adapter }: TestCommand): Promise<void> {
  const needs = new Set(chosen.flatMap((step) => step.needs));
  if (needs.has('browser')) {
    const browserPath = await setUpBrowser(note);
    await chooseAdapter(browserPath, adapter); // refuses at once what would fail in every case
  }
  if (needs.has('model')) await fetchDefaultModel(createSetUpNotes());
}

/** Steps side by side: what waits for a shader compiler or for a page leaves a core to another. */
const parallel = 3;

interface Outcome {
  readonly passed: number;
  readonly failed: number;
  /** All it said when a case failed. */
  readonly fault: string;
}

/** Runs a step; prints its counts and, when all passed, the lines that name its device. */
async function runStep(step: Step, adapter: AdapterKind): Promise<Outcome> {
  const startedAt = performance.now();
  const { passed, failed, skipped, output } = await step.run({ LONGREAD_ADAPTER: adapter });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const skippedNote = skipped > 0 ? ` (${skipped} skipped)` : '';
  print(`${step.name.padEnd(12)}${passed} passed, ${failed} failed${skippedNote}, ${seconds} s\n`);
  if (failed > 0) return { passed, failed, fault: `\n${step.name} said:\n${output.trimEnd()}\n` };
  const device = /^(?:adapter|limits|features|kernels|elsewhere|missing|left out|cases) {3,}.*\n/gm;
  print((output.match(device) ?? []).join(''));
  return { passed, failed, fault: '' };
}

/** Runs the command; the exit code is 1 when a case failed. */
export async function test(args: readonly string[]): Promise<void> {
  const command = parseTest(args);
  if (command === undefined) return;
  await setUp(command);
  const outcomes: Outcome[] = [];
  const queue = [...command.steps];
  const work = async (): Promise<void> => {
    for (let step = queue.shift(); step !== undefined; step = queue.shift())
      outcomes.push(await runStep(step, command.adapter));
  };
  await Promise.all(Array.from({ length: parallel }, work));
  const sum = (key: 'passed' | 'failed') => outcomes.reduce((total, outcome) => total + outcome[key], 0);
  if (sum('failed') > 0) process.exitCode = 1;
  // Faults come last of all: whoever sees only the end of a log sees them.
  for (const { fault } of outcomes) print(fault);
  print(`${sum('passed')} passed, ${sum('failed')} failed\n`);
}
