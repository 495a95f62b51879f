// A device that computes nothing and counts what it is given, so that what a pass records is known without one: in Node, at once, for
// devices that nobody here has. Never part of the product.
import { createGpu, type Gpu } from '@longread/gpu';
import type { KernelFeature, KernelSpec } from '@longread/shaders';

/** One recorded dispatch. */
export interface PaperDispatch {
  readonly spec: KernelSpec;
  /** Workgroups. */
  readonly groups: number;
  readonly buffers: Readonly<Record<string, GPUBuffer>>;
  readonly uniforms: Readonly<Record<string, number>>;
}

/** What the device was given since it was last cleared. */
export interface PaperWork {
  dispatches: PaperDispatch[];
  submissions: number;
  passes: number;
  copies: number;
  bindGroups: number;
}

export interface PaperTraits {
  readonly features: readonly KernelFeature[];
  readonly subgroupSize: number;
}

const nothing = (): PaperWork => ({ dispatches: [], submissions: 0, passes: 0, copies: 0, bindGroups: 0 });

/** The engine's own recorder, arena and kernels over a device on paper; every buffer reads as zeros. */
export async function createPaperGpu(
  traits: PaperTraits,
): Promise<{ readonly gpu: Gpu; readonly take: () => PaperWork }> {
  let work = nothing();
  const done = () => Promise.resolve();
  const encoder = {
    beginComputePass: () => {
      work.passes += 1;
      return { setPipeline: noop, setBindGroup: noop, dispatchWorkgroups: noop, end: noop };
    },
    copyBufferToBuffer: () => {
      work.copies += 1;
    },
    clearBuffer: noop,
    finish: () => ({}),
  };
  const device = {
    lost: new Promise(noop),
    addEventListener: noop,
    destroy: noop,
    pushErrorScope: noop,
    popErrorScope: () => Promise.resolve(null),
    createBuffer: ({ size, label }: GPUBufferDescriptor) => ({
      size,
      label,
      destroy: noop,
      mapAsync: done,
      unmap: noop,
      getMappedRange: () => new ArrayBuffer(size),
    }),
    createShaderModule: () => ({ getCompilationInfo: () => Promise.resolve({ messages: [] }) }),
    createBindGroupLayout: () => ({}),
    createPipelineLayout: () => ({}),
    createComputePipelineAsync: () => Promise.resolve({}),
    createBindGroup: () => {
      work.bindGroups += 1;
      return {};
    },
    createCommandEncoder: () => encoder,
    queue: {
      submit: () => {
        work.submissions += 1;
      },
      writeBuffer: noop,
      onSubmittedWorkDone: done,
    },
  };
  const large = 2 ** 32;
  const adapter = {
    limits: {
      maxBufferSize: large,
      maxStorageBufferBindingSize: large,
      maxStorageBuffersPerShaderStage: 8,
      maxComputeWorkgroupStorageSize: 16 * 1024,
    },
    features: new Set<string>(traits.features),
    info: {
      vendor: 'paper',
      architecture: '',
      description: '',
      device: '',
      subgroupMaxSize: traits.subgroupSize,
      isFallbackAdapter: false,
    },
    requestDevice: () => Promise.resolve(device),
  };
  const api: unknown = { requestAdapter: () => Promise.resolve(adapter) };
  const gpu = await createGpu(api as GPU);
  const record = gpu.recorder.dispatch.bind(gpu.recorder);
  gpu.recorder.dispatch = (kernel, buffers, uniforms) => {
    const [x, y, z] = kernel.spec.grid(uniforms, kernel.overrides);
    const { spec } = kernel;
    work.dispatches.push({ spec, groups: x * y * z, buffers, uniforms });
    record(kernel, buffers, uniforms);
  };
  return {
    gpu,
    take: () => {
      const taken = work;
      work = nothing();
      return taken;
    },
  };
}

function noop(): void {
  // Nothing is computed on paper.
}
