// The self-test of a first load: every kernel in use must agree with its CPU twin on a small case, or the device is refused by
// name. Wrong output is worse than none.
import { throwIfAborted, WebGpuUnavailableError } from '@longread/core';
import type { Gpu, Kernel } from '@longread/gpu';
import type { SelfTest } from '@longread/shaders/self-test';
import type { CallOptions } from '../api.ts';

/**
 * Runs the cases of `kernels` and returns their keys.
 * @throws WebGpuUnavailableError naming adapter and kernel, with the first differences | AbortedError | DeviceLostError
 */
export async function selfTest(
  gpu: Gpu,
  kernels: readonly Kernel[],
  { signal, onProgress }: CallOptions,
): Promise<readonly string[]> {
  if (kernels.length === 0) return [];
  const { selfTestOf } = await import('@longread/shaders/self-test');
  for (const [done, kernel] of kernels.entries()) {
    throwIfAborted(signal, 'tune');
    onProgress?.({ phase: 'tune', done, total: kernels.length, unit: 'cases' });
    const test = selfTestOf(kernel.spec.name, kernel.overrides);
    const difference = test && (await runCase(gpu, kernel, test));
    if (difference !== undefined) throw wrongDevice(gpu, kernel, difference);
  }
  onProgress?.({ phase: 'tune', done: kernels.length, total: kernels.length, unit: 'cases' });
  return kernels.map(({ key }) => key);
}

async function runCase(
  gpu: Gpu,
  kernel: Kernel,
  { uniforms, data, judge }: SelfTest,
): Promise<string | undefined> {
  const owner = gpu.owner('self-test');
  try {
    const buffers = Object.fromEntries(
      Object.entries(data).map(([name, values]) => [name, owner.storage(name, values.byteLength)]),
    );
    await owner.settled();
    for (const [name, values] of Object.entries(data)) {
      const buffer = buffers[name];
      if (buffer) gpu.write(buffer, 0, values);
    }
    gpu.recorder.dispatch(kernel, buffers, uniforms);
    const got: Record<string, Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>> = {};
    for (const [name, values] of Object.entries(data)) {
      const buffer = buffers[name];
      if (!buffer) continue;
      const bytes = await gpu.recorder.read(buffer, 0, values.byteLength);
      got[name] = values instanceof Uint32Array ? new Uint32Array(bytes) : new Float32Array(bytes);
    }
    return judge(got);
  } finally {
    owner.dispose();
  }
}

function wrongDevice({ facts }: Gpu, { spec }: Kernel, difference: string): WebGpuUnavailableError {
  return new WebGpuUnavailableError(
    `This GPU computes wrong numbers, so Longread does not use it: the kernel ${spec.name} on ${facts.adapter} (${difference}). ` +
      'Update the graphics driver or the browser, or use another GPU; with tune: false the default kernels are tried.',
    { adapter: facts.adapter, kernel: spec.name },
  );
}
