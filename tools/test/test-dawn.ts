// `npm run test:dawn`: the kernels' tests on a second device, the machine's own through Node's Dawn. On Mesa lavapipe, whose vectors may
// be made wider or narrower, the kernels that use subgroups run at three widths of subgroup.
import { parse, UsageError } from '@longread/command';
import { formatDawnOptions, openDawn } from '@longread/dawn';
import { runStep } from './test.ts';
import { laneStep, type LaneRun } from './test-steps.ts';

const usage = `Usage: npm run test:dawn -- [options]
Runs the kernels' tests in Node on the adapter that Dawn finds: a GPU, or Mesa lavapipe 25 or later.
Prints adapter, features and which kernels ran; a kernel that the device can run and no case ran is a failure. Not a part of npm test.
All tests run at the adapter's own width of subgroups; on lavapipe those of kernels with subgroups also at 4 and at 16 lanes.
  --width BITS   all tests, once, with lavapipe's vectors of 128, 256 or 512 bits: subgroups of 4, 8 or 16
  --help         print this
Environment
  LONGREAD_DAWN  Dawn's options: backend=vulkan;adapter=PART OF A NAME;enable-dawn-features=TOGGLE,TOGGLE;disable-dawn-features=...`;

/** Cases of the shaders' tests, those that say that they are for another device included. */
const minimum = 555;

/** Bits of lavapipe's vectors; it holds a lane of a subgroup in 32 of them. */
const widths = ['128', '256', '512'];

const atWidth = (bits: string): NodeJS.ProcessEnv => ({ LP_NATIVE_VECTOR_WIDTH: bits });
const lane: LaneRun = { project: 'dawn', minimum };
const subgroupsAt = (bits: string): LaneRun => ({
  ...lane,
  name: `dawn-${bits}`,
  env: atWidth(bits),
  onlyFeature: 'subgroups',
});

/** Runs the command; the exit code is 1 when a case failed. */
export async function testDawn(args: readonly string[]): Promise<void> {
  const { values } = parse(usage, {
    args: [...args],
    options: { width: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  const { width } = values;
  if (width !== undefined && !widths.includes(width))
    throw new UsageError(`--width takes ${widths.join(', ')}, not '${width}'.`, usage);
  const { info, options } = await openDawn();
  process.stdout.write(`adapter    ${info.description}\noptions    ${formatDawnOptions(options)}\n`);
  const others = info.device.startsWith('llvmpipe') ? [subgroupsAt('128'), subgroupsAt('512')] : [];
  const runs =
    width === undefined ? [lane, ...others] : [{ ...lane, name: `dawn-${width}`, env: atWidth(width) }];
  for (const run of runs) {
    const { failed } = await runStep(laneStep(run));
    if (failed > 0) process.exitCode = 1;
  }
}
