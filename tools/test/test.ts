// `npm test`: sets up as `npm run ask` does, then runs types, lint, structure, unit, GPU and end-to-end tests, and counts.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeAdapter, type AdapterReport, setUpBrowser } from '@longread/browser';
import { createSetUpNotes, note, rootFolder, parse, UsageError } from '@longread/command';
import { fetchDefaultModel } from '@longread/models';
import { checkStep, laneStep, playwrightStep, unitStep, type Step } from './test-steps.ts';

const usage = `Usage: npm test -- [STEP...]
Runs all checks and tests, or the named steps only: types, lint, structure, unit, gpu, e2e.
Prints the counts; the last line is 'N passed, N failed'. A skipped test is a failed one.`;

function print(text: string): void {
  process.stdout.write(text);
}

async function readSteps(): Promise<Step[]> {
  const committed = await readFile(join(rootFolder, 'e2e', 'gpu-cases.json'), 'utf8');
  const { minimum } = JSON.parse(committed) as { minimum: number };
  return [
    checkStep('types'),
    checkStep('lint'),
    checkStep('structure'),
    unitStep(),
    laneStep('gpu', minimum),
    playwrightStep(),
  ];
}

function chooseSteps(steps: readonly Step[], names: readonly string[]): readonly Step[] {
  const unknown = names.find((name) => steps.every((step) => step.name !== name));
  if (unknown !== undefined) throw new UsageError(`There is no step '${unknown}'.`, usage);
  return names.length === 0 ? steps : steps.filter(({ name }) => names.includes(name));
}

function printAdapter({ name, limits, features }: AdapterReport): void {
  const list = Object.entries(limits).map(([limit, value]) => `${limit} ${value}`);
  print(`adapter    ${name}\nlimits     ${list.join(', ')}\nfeatures   ${features.join(', ')}\n`);
}

/** Runs a step and prints its counts, and all it said when a case failed. */
export async function runStep(step: Step): Promise<{ passed: number; failed: number }> {
  print(step.name.padEnd(11));
  const startedAt = performance.now();
  const { passed, failed, skipped, output, note: said } = await step.run();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const skippedNote = skipped > 0 ? ` (${skipped} skipped)` : '';
  print(`${passed} passed, ${failed} failed${skippedNote}, ${seconds} s\n`);
  if (said !== undefined) print(said);
  if (failed > 0) print(`${output.trimEnd()}\n`);
  return { passed, failed };
}

/** Runs the command; the exit code is 1 when a case failed. */
export async function test(args: readonly string[]): Promise<void> {
  const { values, positionals } = parse(usage, {
    args: [...args],
    allowPositionals: true,
    options: { help: { type: 'boolean' } },
  });
  if (values.help) {
    print(`${usage}\n`);
    return;
  }
  const steps = chooseSteps(await readSteps(), positionals);
  const browserPath = await setUpBrowser(note);
  await fetchDefaultModel(createSetUpNotes());
  printAdapter(await describeAdapter(browserPath));
  let passed = 0;
  let failed = 0;
  for (const step of steps) {
    const counts = await runStep(step);
    passed += counts.passed;
    failed += counts.failed;
  }
  if (failed > 0) process.exitCode = 1;
  print(`${passed} passed, ${failed} failed\n`);
}
