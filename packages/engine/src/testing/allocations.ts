// Counts the GPU buffers that this page's code allocates and destroys, at the WebGPU API, and refuses one, so that a test can see what
// a failure leaves behind. Never part of the product.

/** How an allocation fails: the device tells of it later, or the browser throws. */
export type Refusal = 'scope' | 'throw';

export interface Allocations {
  /** Bytes of buffers that were allocated since the watch began and not destroyed. */
  readonly liveBytes: number;
  /** The most that `liveBytes` was since the last call. */
  takePeak(): number;
  /** Fails the nth allocation from here on, counted from 1. */
  refuse(nth: number, how: Refusal): void;
  /** Fails no more. @returns whether an allocation was failed */
  allow(): boolean;
  /** Ends the watch. */
  release(): void;
}

/** What the browser says in a failure that was injected. */
export const refusalMessage = 'injected: no room';

/** Watches `createBuffer` and error scopes from here on. */
export function watchAllocations(): Allocations {
  const original = {
    createBuffer: methodOf(GPUDevice.prototype, 'createBuffer'),
    pushErrorScope: methodOf(GPUDevice.prototype, 'pushErrorScope'),
    popErrorScope: methodOf(GPUDevice.prototype, 'popErrorScope'),
  };
  const destroy = methodOf(GPUBuffer.prototype, 'destroy');
  const live = new Map<GPUBuffer, number>();
  const bytesOf = (buffers: ReadonlyMap<GPUBuffer, number>) =>
    [...buffers.values()].reduce((sum, bytes) => sum + bytes, 0);
  let peakBytes = 0;
  const scopes: { isRefused: boolean }[] = [];
  let left = 0;
  let how: Refusal = 'scope';
  let isFailed = false;

  /** What the device gives when it has no room: a buffer that is none. */
  const invalidBuffer = (device: GPUDevice, descriptor: GPUBufferDescriptor): GPUBuffer => {
    original.pushErrorScope.call(device, 'validation');
    const buffer = original.createBuffer.call(device, { ...descriptor, usage: 0 });
    void original.popErrorScope.call(device);
    const scope = scopes.at(-1);
    if (scope) scope.isRefused = true;
    return buffer;
  };
  const patch: Pick<GPUDevice, 'createBuffer' | 'pushErrorScope' | 'popErrorScope'> = {
    createBuffer(this: GPUDevice, descriptor) {
      const isNow = left > 0 && --left === 0;
      isFailed ||= isNow;
      if (isNow && how === 'throw') throw new RangeError(refusalMessage);
      const buffer = isNow ? invalidBuffer(this, descriptor) : original.createBuffer.call(this, descriptor);
      live.set(buffer, buffer.size);
      peakBytes = Math.max(peakBytes, bytesOf(live));
      return buffer;
    },
    pushErrorScope(this: GPUDevice, filter) {
      scopes.push({ isRefused: false });
      original.pushErrorScope.call(this, filter);
      return undefined;
    },
    async popErrorScope(this: GPUDevice) {
      const isRefused = scopes.pop()?.isRefused;
      const error = await original.popErrorScope.call(this);
      return isRefused ? new GPUOutOfMemoryError(refusalMessage) : error;
    },
  };
  Object.assign(GPUDevice.prototype, patch);
  GPUBuffer.prototype.destroy = function (this: GPUBuffer) {
    live.delete(this);
    destroy.call(this);
    return undefined;
  };
  return {
    get liveBytes() {
      return bytesOf(live);
    },
    takePeak: () => {
      const peak = peakBytes;
      peakBytes = bytesOf(live);
      return peak;
    },
    refuse: (nth, kind) => {
      left = nth;
      how = kind;
      isFailed = false;
    },
    allow: () => {
      left = 0;
      return isFailed;
    },
    release: () => {
      Object.assign(GPUDevice.prototype, original);
      GPUBuffer.prototype.destroy = destroy;
    },
  };
}

function methodOf<T extends object, K extends keyof T>(prototype: T, name: K): T[K] {
  const method: T[K] = Reflect.get(prototype, name);
  return method;
}
