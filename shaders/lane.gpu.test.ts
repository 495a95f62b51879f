// What device this lane of the tests has, and which kernels there are, for the lane's check (tools/test/device.ts).
import { createGpu } from '@longread/gpu';
import { expect, test } from 'vitest';
import { allKernels } from './all.ts';

declare module 'vitest' {
  interface TaskMeta {
    lane?: {
      readonly adapter: string;
      readonly limits: Readonly<Record<string, number>>;
      readonly features: readonly string[];
      readonly kernels: readonly {
        readonly name: string;
        readonly needs: readonly string[];
        readonly canRun: boolean;
      }[];
    };
  }
}

test('the device of this lane', async ({ task }) => {
  const gpu = await createGpu(navigator.gpu, { acceptsInt8: true });
  const { adapter, features, subgroupSize, maxBufferSize, maxStorageBufferBindingSize } = gpu.facts;
  gpu.dispose();
  expect(adapter).not.toBe('');
  task.meta.lane = {
    adapter,
    limits: { maxBufferSize, maxStorageBufferBindingSize },
    features: features.map((name) => (name === 'subgroups' ? `subgroups of ${subgroupSize}` : name)),
    kernels: allKernels.map(({ name, features: needs = [] }) => ({
      name,
      needs,
      canRun: needs.every((feature) => features.includes(feature)),
    })),
  };
});
