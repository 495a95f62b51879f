// The one place that asks for an adapter and a device, and that knows facts about them. Failures surface as typed errors.
import {
  DeviceLostError,
  LimitExceededError,
  LongreadError,
  OutOfMemoryError,
  WebGpuUnavailableError,
} from '@longread/core';
import { workgroupMemories, type KernelFeature } from '@longread/shaders';
import { causeOf } from './allocate.ts';
import { subgroupMatricesOf, subgroupMatrixFeature } from './subgroup-matrices.ts';

/** What the engine may base decisions on; vendor differences live here and nowhere else. */
export interface DeviceFacts {
  /** Vendor, architecture and description as the browser tells them. */
  readonly adapter: string;
  /** Lanes of one subgroup; the widest where the device offers several; 32 when it does not say. */
  readonly subgroupSize: number;
  /** Optional features that kernels can use, on a device that has all of them; what costs accuracy only where the caller accepts it. */
  readonly features: readonly KernelFeature[];
  readonly maxBufferSize: number;
  readonly maxStorageBufferBindingSize: number;
  /** Computes on the processor; undefined, whatever the type says, where the browser does not tell. */
  readonly isSoftware: boolean;
}

/** A device, its facts, and its first failure. */
export interface Device {
  readonly handle: GPUDevice;
  readonly facts: DeviceFacts;
  /** Throws the typed error of the first thing that went wrong on the device, if any did. */
  check(): void;
  /** Rejects when the device fails or is lost; never resolves. For races with waits on the queue. */
  readonly failed: Promise<never>;
  /** Resolves when the device is gone, whatever the reason. */
  readonly lost: Promise<DeviceLostError>;
}

/** Kernels bind at most this many storage buffers in a stage: WebGPU's guaranteed minimum. */
const minimumStorageBuffers = 8;

const optionalFeatures = ['shader-f16', 'subgroups'] as const satisfies readonly KernelFeature[];
const dotProduct: KernelFeature = 'packed_4x8_integer_dot_product';

/** Most workgroup memory that kernels know what to do with, KiB. */
const mostMemory = Math.max(...Object.values(workgroupMemories));

/** What measuring uses where it is there (stopwatch.ts); no kernel needs it. */
const measuringFeatures: readonly GPUFeatureName[] = ['timestamp-query'];

/** Smallest binding the engine runs with: WebGPU's guaranteed minimum, 128 MiB. */
const minimumBindingBytes = 128 * 1024 * 1024;

/**
 * Requests the best adapter and a device with its full buffer limits and the optional features that kernels can use.
 * @param acceptsInt8 whether kernels may round what they multiply to int8.
 * @throws WebGpuUnavailableError without WebGPU, an adapter or a device; LimitExceededError when the adapter is too small.
 */
export async function requestDevice(
  gpu: GPU | undefined,
  { acceptsInt8 }: { readonly acceptsInt8: boolean },
): Promise<Device> {
  if (gpu === undefined) {
    throw new WebGpuUnavailableError(
      'This browser offers no WebGPU here. Use a current Chrome, Edge, Firefox or Safari, on https or localhost.',
      { api: 'navigator.gpu' },
    );
  }
  const adapter = await gpu
    .requestAdapter({ powerPreference: 'high-performance' })
    .catch((cause: unknown) => {
      throw noDevice('adapter', 'requestAdapter', cause);
    });
  if (adapter === null) {
    throw new WebGpuUnavailableError(
      'WebGPU found no adapter. Turn hardware acceleration on, or start the browser with a software adapter.',
      { api: 'requestAdapter' },
    );
  }
  const { maxBufferSize, maxStorageBufferBindingSize, maxStorageBuffersPerShaderStage } = adapter.limits;
  requireLimit('maxStorageBufferBindingSize', maxStorageBufferBindingSize, minimumBindingBytes);
  requireLimit('maxStorageBuffersPerShaderStage', maxStorageBuffersPerShaderStage, minimumStorageBuffers);
  const features = optionalFeatures.filter((feature) => adapter.features.has(feature));
  const workgroupBytes = Math.min(adapter.limits.maxComputeWorkgroupStorageSize, 1024 * mostMemory);
  const memory = (Object.keys(workgroupMemories) as (keyof typeof workgroupMemories)[]).filter(
    (name) => 1024 * workgroupMemories[name] <= workgroupBytes,
  );
  const matrices = subgroupMatricesOf(adapter);
  const inLanguage = acceptsInt8 && gpu.wgslLanguageFeatures.has(dotProduct) ? [dotProduct] : [];
  const handle = await adapter
    .requestDevice({
      label: 'longread',
      requiredFeatures: [
        ...features,
        ...(matrices.length > 0 ? [subgroupMatrixFeature] : []),
        ...measuringFeatures.filter((feature) => adapter.features.has(feature)),
      ],
      requiredLimits: {
        maxBufferSize,
        maxStorageBufferBindingSize,
        maxComputeWorkgroupStorageSize: workgroupBytes,
      },
    })
    .catch((cause: unknown) => {
      throw noDevice('device', 'requestDevice', cause);
    });
  return watch(handle, {
    adapter: describe(adapter.info),
    subgroupSize: adapter.info.subgroupMaxSize || 32,
    features: [...features, ...inLanguage, ...memory, ...matrices],
    maxBufferSize,
    maxStorageBufferBindingSize,
    isSoftware: adapter.info.isFallbackAdapter,
  });
}

function noDevice(what: string, api: string, cause: unknown): WebGpuUnavailableError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new WebGpuUnavailableError(
    `WebGPU gave no ${what}: ${message}. Restart the browser, update it or the graphics driver, or use another browser.`,
    { api },
    { cause },
  );
}

function requireLimit(name: string, value: number, minimum: number): void {
  if (value >= minimum) return;
  throw new LimitExceededError(
    `The GPU adapter is too small: ${name} is ${value}, Longread needs ${minimum}. Use another GPU or browser.`,
    { limit: name, value, minimum },
  );
}

function describe(info: GPUAdapterInfo): string {
  const parts = [info.vendor, info.architecture, info.description || info.device];
  return parts.filter((part) => part !== '').join(' ') || 'unnamed adapter';
}

function watch(handle: GPUDevice, facts: DeviceFacts): Device {
  let failure: LongreadError | Error | undefined;
  let reject: (error: Error) => void;
  const failed = new Promise<never>((_, fail) => (reject = fail));
  failed.catch(() => undefined); // whoever races with it sees it; nobody has to
  const fail = (error: Error) => {
    failure ??= error;
    reject(error);
  };
  handle.addEventListener('uncapturederror', (event) => {
    const { error } = event;
    fail(
      error instanceof GPUOutOfMemoryError
        ? new OutOfMemoryError(`The GPU ran out of memory: ${error.message}`, {}, { cause: causeOf(error) })
        : new Error(`Longread bug: WebGPU validation failed: ${error.message}`, { cause: causeOf(error) }),
    );
  });
  const lost = handle.lost.then((info) => {
    const error = new DeviceLostError(
      `The GPU device was lost (${info.reason}): ${info.message || 'no message'}. ` +
        'Stored documents are safe as of their last whole chunk; try again.',
      { reason: info.reason },
    );
    fail(error);
    return error;
  });
  const check = () => {
    if (failure !== undefined) throw failure;
  };
  return { handle, facts, check, failed, lost };
}
