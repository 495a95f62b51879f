// Records dispatches, cuts them into submissions of bounded length by measured speed, and waits so that few are in flight.
import { AbortedError, invariant } from '@longread/core';
import type { BufferArena } from './arena.ts';
import type { Device } from './device.ts';
import type { Kernel, KernelCache } from './kernels.ts';

/** Wanted length of a submission; watchdogs kill at seconds, cancel answers within a few of these. */
const targetMs = 60;
/** Submissions under way at once: enough that the device never waits for the host. */
const maxInFlight = 2;
const slotBytes = 256;
const numSlots = 2048;

export class Recorder {
  readonly #device: Device;
  readonly #kernels: KernelCache;
  readonly #arena: BufferArena;
  readonly #uniforms: GPUBuffer;
  readonly #staged = new ArrayBuffer(slotBytes * numSlots);
  readonly #view = new DataView(this.#staged);
  #encoder: GPUCommandEncoder | undefined;
  #pass: GPUComputePassEncoder | undefined;
  #slots = 0;
  #flops = 0;
  /** Measured speed, floating-point operations a millisecond; starts low so that the first submissions are short. */
  #flopsPerMs = 1e6;
  #inFlight: Promise<void>[] = [];
  #lastDone = 0;
  #longestMs = 0;

  constructor(device: Device, kernels: KernelCache, arena: BufferArena) {
    this.#device = device;
    this.#kernels = kernels;
    this.#arena = arena;
    this.#uniforms = device.handle.createBuffer({
      label: 'uniforms',
      size: slotBytes * numSlots,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
  }

  /** Longest time a submission took, from its start on the device to its end. */
  get longestSubmissionMs(): number {
    return this.#longestMs;
  }

  /** Rows of work that fit one submission, a multiple of `granule`. */
  rowsPerDispatch(flopsPerRow: number, granule: number): number {
    const rows = (this.#flopsPerMs * targetMs) / Math.max(flopsPerRow, 1);
    return Math.max(granule, Math.floor(rows / granule) * granule);
  }

  /** Records one dispatch; submits what was recorded when it would exceed the wanted length. */
  dispatch<B extends string, U extends string, O extends string>(
    kernel: Kernel<B, U, O>,
    buffers: Readonly<Record<B, GPUBuffer>>,
    uniforms: Readonly<Record<U, number>>,
  ): void {
    const { spec } = kernel;
    const flops = spec.flops(uniforms);
    if (this.#flops > 0 && this.#flops + flops > this.#flopsPerMs * targetMs) this.submit();
    if (this.#slots === numSlots) this.submit();
    const grid = spec.grid(uniforms, kernel.overrides);
    invariant(
      grid.every((groups) => Number.isInteger(groups) && groups >= 1 && groups <= 65_535),
      `${spec.name} has a dispatch of ${grid.join(' x ')} workgroups`,
    );
    const offset = this.#slots++ * slotBytes;
    spec.uniforms.forEach(({ name, type }, i) => {
      const value = uniforms[name];
      if (type === 'f32') this.#view.setFloat32(offset + 4 * i, value, true);
      else this.#view.setUint32(offset + 4 * i, value, true);
    });
    const group = this.#kernels.bindGroup(
      kernel,
      this.#uniforms,
      spec.bindings.map(({ name }) => buffers[name]),
    );
    this.#pass ??= this.#encode().beginComputePass();
    this.#pass.setPipeline(kernel.pipeline);
    this.#pass.setBindGroup(0, group, [offset]);
    this.#pass.dispatchWorkgroups(...grid);
    this.#flops += flops;
  }

  /** Records a copy of `bytes` (a multiple of 4). */
  copy(from: GPUBuffer, fromOffset: number, to: GPUBuffer, toOffset: number, bytes: number): void {
    if (bytes === 0) return;
    this.#endPass();
    this.#encode().copyBufferToBuffer(from, fromOffset, to, toOffset, bytes);
  }

  /** Records zeroing of `bytes` (a multiple of 4). */
  clear(buffer: GPUBuffer, offset: number, bytes: number): void {
    if (bytes === 0) return;
    this.#endPass();
    this.#encode().clearBuffer(buffer, offset, bytes);
  }

  /** Hands everything recorded to the device. */
  submit(): void {
    if (this.#encoder === undefined) return;
    this.#endPass();
    const { queue } = this.#device.handle;
    if (this.#slots > 0) queue.writeBuffer(this.#uniforms, 0, this.#staged, 0, this.#slots * slotBytes);
    queue.submit([this.#encoder.finish()]);
    this.#inFlight.push(this.#time(this.#flops, performance.now()));
    this.#encoder = undefined;
    this.#slots = 0;
    this.#flops = 0;
  }

  /**
   * Waits until few submissions are in flight. Call between steps of a long run.
   * @throws AbortedError when `signal` fired; the device's typed error when it failed.
   */
  async pace(signal: AbortSignal | undefined, during: string): Promise<void> {
    while (this.#inFlight.length > maxInFlight) await this.#wait();
    this.#device.check();
    if (signal?.aborted) {
      this.submit();
      await this.finish();
      throw new AbortedError(`Cancelled during ${during}.`, { during });
    }
  }

  /** Submits and waits until the device has done everything. */
  async finish(): Promise<void> {
    this.submit();
    while (this.#inFlight.length > 0) await this.#wait();
    this.#device.check();
  }

  /** Waits until everything written to the queue so far has reached the device. */
  async uploaded(): Promise<void> {
    this.submit();
    await Promise.race([this.#device.handle.queue.onSubmittedWorkDone(), this.#device.failed]);
  }

  /** Submits and copies `bytes` from `buffer` to the host. */
  async read(buffer: GPUBuffer, offset: number, bytes: number): Promise<ArrayBuffer> {
    const staging = this.#arena.readback(bytes);
    try {
      this.copy(buffer, offset, staging.buffer, 0, bytes);
      this.submit();
      await Promise.race([staging.buffer.mapAsync(GPUMapMode.READ), this.#device.failed]);
      return staging.buffer.getMappedRange().slice(0);
    } finally {
      staging.release();
    }
  }

  dispose(): void {
    this.#uniforms.destroy();
  }

  #encode(): GPUCommandEncoder {
    return (this.#encoder ??= this.#device.handle.createCommandEncoder());
  }

  #endPass(): void {
    this.#pass?.end();
    this.#pass = undefined;
  }

  async #wait(): Promise<void> {
    await Promise.race([this.#inFlight[0], this.#device.failed]);
  }

  async #time(flops: number, submitted: number): Promise<void> {
    await this.#device.handle.queue.onSubmittedWorkDone();
    const now = performance.now();
    const elapsed = Math.max(now - Math.max(submitted, this.#lastDone), 0.05);
    this.#lastDone = now;
    this.#longestMs = Math.max(this.#longestMs, elapsed);
    // Only submissions that filled a good part of their time tell the speed; short ones measure overhead.
    if (flops > this.#flopsPerMs * targetMs * 0.25) {
      const measured = flops / elapsed;
      this.#flopsPerMs = Math.min(this.#flopsPerMs * 4, 0.5 * this.#flopsPerMs + 0.5 * measured);
    }
    void this.#inFlight.shift();
  }
}
