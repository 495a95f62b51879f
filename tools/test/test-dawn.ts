// `npm run test:dawn`: the kernels' tests on a second device, Node's Dawn with Mesa lavapipe, which has f16 and subgroups of eight.
import { parse } from '@longread/command';
import { runStep } from './test.ts';
import { laneStep } from './test-steps.ts';

const usage = `Usage: npm run test:dawn
Runs the kernels' tests in Node on Dawn's Vulkan adapter (Mesa lavapipe 25 or later, or a GPU) with shader-f16 and subgroups.
Prints adapter, features and which kernels ran; a kernel that no case ran is a failure. Not a part of npm test.`;

/** Cases of the shaders' tests; the lane has all features, so that every kernel must have run too. */
const minimumCases = 555;

/** Runs the command; the exit code is 1 when a case failed. */
export async function testDawn(args: readonly string[]): Promise<void> {
  const { values } = parse(usage, { args: [...args], options: { help: { type: 'boolean' } } });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  const { failed } = await runStep(laneStep('dawn', minimumCases));
  if (failed > 0) process.exitCode = 1;
}
