// The self-test: a kernel must agree with its CPU twin on a small case before a device may answer with it. Wrong output is worse than
// none.
import type { Gpu, Kernel } from '@longread/gpu';
import type { SelfTest } from '@longread/shaders/self-test';

/**
 * How a kernel's result on its case differs from the twin's; undefined when it does not.
 * @throws DeviceLostError | OutOfMemoryError
 */
export async function testKernel(gpu: Gpu, kernel: Kernel): Promise<string | undefined> {
  const { selfTestOf } = await import('@longread/shaders/self-test');
  const test = selfTestOf(kernel.spec.name, kernel.overrides);
  return test && runCase(gpu, kernel, test);
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
