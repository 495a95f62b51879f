// Every GPU buffer has one owner that destroys it; the arena counts live and peak bytes and checks limits before allocating.
import { LimitExceededError, OutOfMemoryError, invariant } from '@longread/core';
import type { Device } from './device.ts';

/** Buffers that live and die together: a model's weights, a document's caches, an answer's scratch. */
export interface BufferOwner {
  /** A zeroed storage buffer of at least `bytes`. */
  storage(label: string, bytes: number): GPUBuffer;
  /** Waits until the device has accepted everything allocated so far. @throws OutOfMemoryError */
  settled(): Promise<void>;
  /** Destroys some of its buffers early. */
  free(buffers: readonly GPUBuffer[]): void;
  dispose(): void;
}

export class BufferArena {
  readonly #device: Device;
  readonly #onDispose: () => void;
  #liveBytes = 0;
  #peakBytes = 0;
  #recentPeakBytes = 0;

  /** @param onDispose called before buffers are destroyed, so that caches let go of them and what uses them is submitted. */
  constructor(device: Device, onDispose: () => void) {
    this.#device = device;
    this.#onDispose = onDispose;
  }

  get liveBytes(): number {
    return this.#liveBytes;
  }

  get peakBytes(): number {
    return this.#peakBytes;
  }

  owner(name: string): BufferOwner {
    const buffers = new Set<GPUBuffer>();
    const pending: Promise<GPUError | null>[] = [];
    let disposed = false;
    return {
      storage: (label, bytes) => {
        invariant(!disposed, `${name} allocates after its disposal`);
        const [buffer, error] = this.#allocate(`${name}/${label}`, Math.ceil(bytes / 16) * 16);
        buffers.add(buffer);
        pending.push(error);
        return buffer;
      },
      settled: async () => {
        const errors = await Promise.all(pending.splice(0));
        const error = errors.find((candidate) => candidate !== null);
        if (!error) return;
        throw new OutOfMemoryError(
          `The GPU has no room for ${name}: ${this.#liveBytes} bytes are in use. ` +
            'Close documents or choose smaller settings or a smaller model.',
          { owner: name, liveBytes: this.#liveBytes },
        );
      },
      free: (some) => {
        if (some.length === 0) return;
        this.#onDispose();
        for (const buffer of some) {
          invariant(buffers.delete(buffer), `${name} frees a buffer that is not its own`);
          this.#destroy(buffer);
        }
      },
      dispose: () => {
        if (disposed) return;
        disposed = true;
        this.#onDispose();
        for (const buffer of buffers) this.#destroy(buffer);
        buffers.clear();
      },
    };
  }

  /** A buffer to read `bytes` back through; given back by `release`. */
  readback(bytes: number): { readonly buffer: GPUBuffer; release(): void } {
    const buffer = this.#device.handle.createBuffer({
      label: 'readback',
      size: bytes,
      usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
    });
    this.#count(bytes);
    return { buffer, release: () => this.#destroy(buffer) };
  }

  /** The largest sum of live bytes since the last call. */
  takePeak(): number {
    const peak = this.#recentPeakBytes;
    this.#recentPeakBytes = this.#liveBytes;
    return peak;
  }

  #count(bytes: number): void {
    this.#liveBytes += bytes;
    this.#peakBytes = Math.max(this.#peakBytes, this.#liveBytes);
    this.#recentPeakBytes = Math.max(this.#recentPeakBytes, this.#liveBytes);
  }

  #destroy(buffer: GPUBuffer): void {
    this.#liveBytes -= buffer.size;
    buffer.destroy();
  }

  #allocate(label: string, size: number): [GPUBuffer, Promise<GPUError | null>] {
    const { handle, facts } = this.#device;
    const limit = Math.min(facts.maxBufferSize, facts.maxStorageBufferBindingSize);
    if (size > limit) {
      throw new LimitExceededError(
        `The GPU buffer ${label} needs ${size} bytes; this device binds at most ${limit}. ` +
          'Choose a smaller chunk, budget or gather size, or a smaller model.',
        { buffer: label, bytes: size, limit },
      );
    }
    handle.pushErrorScope('out-of-memory');
    const buffer = handle.createBuffer({
      label,
      size: Math.max(size, 16),
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
    });
    this.#count(buffer.size);
    return [buffer, handle.popErrorScope()];
  }
}
