// What WGSL does not promise of subgroups: kernels compute the same on a device that counts a workgroup's lanes in another order, in
// workgroups of one and of several subgroups and quads. The cases are the self-test's, which so shows that it would notice.
import { createGpu } from '@longread/gpu';
import { describe, expect, test } from 'vitest';
import { allKernels } from './all.ts';
import { brokenRule } from './kernel.ts';
import { weightOverrides } from './lib/weights.ts';
import { matmul } from './matmul/matmul.ts';
import { selfTestOf } from './self-test/index.ts';
import { permuted } from './testing/permute.ts';
import { useGpu } from './testing/run-kernel.ts';

const gpu = useGpu();
const kernels = allKernels.filter(({ features = [] }) => features.includes('subgroups'));
const weights = weightOverrides({ format: 'int4', groupSize: 32 });

test('the order in which a kernel counts its lanes is another one', () => {
  for (const kernel of kernels) {
    const { source } = permuted(kernel);
    expect(source).toContain('permuted_place');
    expect(source).not.toBe(kernel.source);
  }
});

describe.each(kernels)('$name', (kernel) => {
  const sizes = [4, 32].filter((size) => brokenRule(kernel, { WORKGROUP_SIZE: size }) === undefined);

  test.each(sizes)('workgroup size %i', async (WORKGROUP_SIZE) => {
    if (kernel === matmul.bodies.subgroup) {
      // It takes whole subgroups, of the widest that there are.
      const device = await createGpu(navigator.gpu);
      const { subgroupSize } = device.facts;
      device.dispose();
      if (WORKGROUP_SIZE % subgroupSize !== 0) return;
    }
    const overrides = { ...('WEIGHT_FORMAT' in kernel.overrides && weights), WORKGROUP_SIZE };
    const selfTest = selfTestOf(kernel.name, { ...kernel.overrides, ...overrides });
    if (selfTest === undefined) throw new Error(`${kernel.name} has no case`);
    const got = await gpu.use(selfTest.data, (dispatch, buffers) =>
      dispatch(permuted(kernel), buffers, selfTest.uniforms, overrides),
    );
    expect(selfTest.judge(got)).toBeUndefined();
  });
});
