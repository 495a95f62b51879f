// Vitest's reporter of this workspace. For the projects with a device it prints adapter, limits, features and kernels; a run of
// all their files fails when a kernel was left out or fewer cases passed than e2e/gpu-cases.json says. In every project a
// skipped test of a whole run is a failed one, unless it told that it is another device's. Writes the counts to the file that LONGREAD_COUNTS names.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Reporter, SerializedError, TestModule, TestProject } from 'vitest/node';
import {
  deviceOf,
  explainedOf,
  faultsOf,
  formatDevice,
  formatKernels,
  type CaseMeta,
  type Minimum,
  type Explained,
  type SkippedMeta,
} from './device.ts';

/** `skipped` are among the failed; a case that told why it is not for this run is in none of the three. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const minimumsPath = fileURLToPath(new URL('../../e2e/gpu-cases.json', import.meta.url));

function readMinimums(): Readonly<Record<string, Minimum>> {
  return JSON.parse(readFileSync(minimumsPath, 'utf8')) as Record<string, Minimum>;
}

/** A project in browsers has the browser's name behind its own. */
const nameOf = ({ name }: TestProject): string => name.split(' ')[0] ?? name;

async function isWhole(project: TestProject, modules: readonly TestModule[]): Promise<boolean> {
  if (project.config.testNamePattern !== undefined) return false;
  const { testFiles } = await project.globTestFiles();
  return testFiles.length === modules.length;
}

interface Told extends Counts {
  readonly metas: readonly CaseMeta[];
  readonly explained: Explained;
}

function count(modules: readonly TestModule[]): Told {
  const cases = modules.flatMap((module) => [...module.children.allTests()]);
  const inState = (state: string) => cases.filter((each) => each.result().state === state);
  const passed = inState('passed');
  const explained = explainedOf(inState('skipped').map((each) => each.meta() as SkippedMeta));
  const expected = cases.length - explained.elsewhere - explained.leftOut;
  const skipped = expected - passed.length - inState('failed').length;
  const failed = expected - passed.length;
  // A file that does not load or a hook that throws may fail a run without one failed case.
  const isBroken = modules.some((module) => module.state() === 'failed');
  return {
    passed: passed.length,
    failed: failed === 0 && isBroken ? 1 : failed,
    skipped,
    metas: passed.map((each) => each.meta() as CaseMeta),
    explained,
  };
}

export class DeviceReporter implements Reporter {
  async onTestRunEnd(
    modules: readonly TestModule[],
    unhandledErrors: readonly SerializedError[],
  ): Promise<void> {
    const projects = new Map<TestProject, TestModule[]>();
    for (const module of modules)
      projects.set(module.project, [...(projects.get(module.project) ?? []), module]);
    const sum = { passed: 0, failed: 0, skipped: 0 };
    for (const [project, own] of projects) {
      const counts = await this.#report(project, own);
      sum.passed += counts.passed;
      sum.failed += counts.failed;
      sum.skipped += counts.skipped;
    }
    if (sum.failed === 0 && (unhandledErrors.length > 0 || modules.length === 0)) sum.failed = 1;
    const path = process.env.LONGREAD_COUNTS;
    if (path !== undefined) writeFileSync(path, JSON.stringify(sum satisfies Counts));
  }

  async #report(project: TestProject, modules: readonly TestModule[]): Promise<Counts> {
    const { metas, explained, ...counts } = count(modules);
    const whole = await isWhole(project, modules);
    const faults = this.#deviceFaults(project, counts, { metas, explained }, whole);
    if (whole && counts.skipped > 0)
      faults.push(`Skipped cases of ${nameOf(project)}: ${counts.skipped}. A skipped case is a failed one.`);
    if (faults.length > 0) process.exitCode = 1;
    for (const fault of faults) process.stderr.write(`${fault}\n`);
    return { ...counts, failed: counts.failed === 0 && faults.length > 0 ? 1 : counts.failed };
  }

  #deviceFaults(
    project: TestProject,
    { passed }: Counts,
    { metas, explained }: Pick<Told, 'metas' | 'explained'>,
    whole: boolean,
  ): string[] {
    const minimum = readMinimums()[nameOf(project)];
    if (minimum === undefined) return [];
    const device = deviceOf(metas, process.env.LONGREAD_ONLY_FEATURE);
    if (device !== undefined) process.stdout.write(formatDevice(device));
    if (device !== undefined && whole) process.stdout.write(formatKernels(device, explained));
    const told = passed + explained.elsewhere + explained.leftOut;
    if (whole)
      process.stdout.write(`cases      ${passed} passed, ${told} there, of at least ${minimum.cases}\n`);
    return [...faultsOf({ passed: told, minimum: whole ? minimum : undefined, device })];
  }
}
