// Runs kernels on a real device for *.gpu.test.ts: uploads arrays, dispatches, reads back, compares with the CPU twin.
import { createGpu, type Gpu } from '@longread/gpu';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, type TestContext } from 'vitest';
import type { KernelFeature, KernelSpec } from '../kernel.ts';
import { difference } from './compare.ts';
import { Random, type Data, type KernelCase } from './data.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** Names of the kernels that the test ran; the lane's check reads them from the report. */
    kernels?: readonly string[];
    /** What the device lacks for this test: it is another lane's, neither passed nor failed here. */
    elsewhere?: readonly KernelFeature[];
    /** Left out of a run that asked for kernels with one feature only. */
    leftOut?: true;
  }
  interface ProvidedContext {
    /** Compare only kernels that need this feature; all when the run provides none. */
    onlyFeature?: string;
  }
}

/** Elements behind every buffer: a write past the end lands there. */
const padLength = 64;

/** Not the bits of `poison`, which a kernel could otherwise copy from behind one buffer into another unseen. */
const padBits = 0x7fc0beef;

/** Records one dispatch on buffers of the surrounding `use`. */
export type Dispatch = <B extends string, U extends string, O extends string>(
  kernel: KernelSpec<B, U, O>,
  buffers: Readonly<Record<NoInfer<B>, GPUBuffer>>,
  uniforms: Readonly<Record<NoInfer<U>, number>>,
  overrides?: Partial<Readonly<Record<NoInfer<O>, number>>>,
) => Promise<void>;

/** One device for the tests of a file; each ends with no buffer of its own and no device error, or where its device lacks a feature. */
export interface TestGpu {
  /** Uploads `data`, runs `record`, reads everything back. Fails on writes past the end of a buffer. */
  use<N extends string>(
    data: Readonly<Record<N, Data>>,
    record: (dispatch: Dispatch, buffers: Readonly<Record<N, GPUBuffer>>, gpu: Gpu) => Promise<void>,
  ): Promise<Record<N, Data>>;
  /** Runs a kernel and its twin on the same data and compares all buffers. */
  compare<B extends string, U extends string, O extends string>(test: KernelCase<B, U, O>): Promise<void>;
}

export function useGpu(): TestGpu {
  let gpu: Gpu | undefined;
  let context: TestContext | undefined;
  /** What the device holds when no test runs: the recorder's uniforms. */
  let idleBytes = 0;
  const ran = new Set<string>();
  const opened = () => {
    if (gpu === undefined) throw new Error('The tests began without a device.');
    return gpu;
  };
  beforeAll(async () => {
    gpu = await createGpu(navigator.gpu, { acceptsInt8: true });
    idleBytes = gpu.liveBytes;
  });
  beforeEach((its) => {
    context = its;
  });
  /** Ends the test that runs when the device cannot run its kernel. */
  const demand = ({ name, features = [] }: KernelSpec) => {
    const elsewhere = features.filter((feature) => !opened().facts.features.includes(feature));
    if (elsewhere.length === 0 || context === undefined) return;
    context.task.meta.elsewhere = elsewhere;
    context.skip(`${name} needs ${elsewhere.join(' and ')}`);
  };
  afterEach(async ({ task }) => {
    task.meta.kernels = [...ran];
    ran.clear();
    await opened().recorder.finish();
    opened().check();
    expect(opened().liveBytes, 'live bytes').toBe(idleBytes);
  });
  afterAll(() => gpu?.dispose());
  const use: TestGpu['use'] = (data, record) => useBuffers(opened(), { demand, ran }, data, record);
  const compare: TestGpu['compare'] = (test) => {
    const only = inject('onlyFeature');
    const features: readonly string[] = test.kernel.features ?? [];
    if (only !== undefined && !features.includes(only) && context !== undefined) {
      context.task.meta.leftOut = true;
      context.skip(`${test.kernel.name} does not need ${only}`);
    }
    return compareWithTwin(use, test);
  };
  return { use, compare };
}

async function useBuffers<N extends string>(
  gpu: Gpu,
  { demand, ran }: { readonly demand: (kernel: KernelSpec) => void; readonly ran: Set<string> },
  data: Readonly<Record<N, Data>>,
  record: (dispatch: Dispatch, buffers: Readonly<Record<N, GPUBuffer>>, gpu: Gpu) => Promise<void>,
): Promise<Record<N, Data>> {
  const owner = gpu.owner('test');
  const names = Object.keys(data) as N[];
  try {
    const buffers = Object.fromEntries(
      names.map((name) => {
        const padded = new Uint32Array(Math.ceil(data[name].length / 4) * 4 + padLength).fill(padBits);
        padded.set(words(data[name]));
        const buffer = owner.storage(name, padded.byteLength);
        gpu.write(buffer, 0, padded);
        return [name, buffer];
      }),
    ) as Record<N, GPUBuffer>;
    await owner.settled();
    await record(
      async (kernel, bound, uniforms, overrides) => {
        demand(kernel);
        gpu.recorder.dispatch(await gpu.kernels.get(kernel, overrides), bound, uniforms);
        ran.add(kernel.name);
      },
      buffers,
      gpu,
    );
    const results = await Promise.all(
      names.map(async (name) => {
        const bytes = await gpu.recorder.read(buffers[name], 0, buffers[name].size);
        const { length } = data[name];
        const pad = new Uint32Array(bytes).subarray(length);
        const stray = pad.findIndex((word) => word !== padBits);
        if (stray >= 0)
          throw new Error(`${name}: element ${length + stray} written, past the end (${length})`);
        const own = bytes.slice(0, 4 * length);
        return [name, data[name] instanceof Uint32Array ? new Uint32Array(own) : new Float32Array(own)];
      }),
    );
    gpu.check();
    return Object.fromEntries(results) as Record<N, Data>;
  } finally {
    owner.dispose();
  }
}

async function compareWithTwin<B extends string, U extends string, O extends string>(
  use: TestGpu['use'],
  { kernel, twin, overrides, uniforms, seed = 1, buffers, tolerance }: KernelCase<B, U, O>,
): Promise<void> {
  const data = buffers(new Random(seed));
  const got = await use(data, (dispatch, bound) => dispatch(kernel, bound, uniforms, overrides));
  const names = Object.keys(data) as B[];
  const want = Object.fromEntries(names.map((name) => [name, data[name].slice()])) as Record<B, Data>;
  twin(want, uniforms, { ...kernel.overrides, ...overrides });
  const differences = kernel.bindings.flatMap(({ name, access }) => {
    const named = typeof tolerance === 'string' ? tolerance : tolerance[name];
    const toleranceClass = access === 'read_write' ? named : undefined;
    return difference(name, data[name], got[name], want[name], toleranceClass ?? 'exact') ?? [];
  });
  if (differences.length > 0) {
    throw new Error(`${kernel.name} differs from its twin (seed ${seed})\n${differences.join('\n')}`);
  }
}

function words(data: Data): Uint32Array<ArrayBuffer> {
  return new Uint32Array(data.buffer, data.byteOffset, data.length);
}
