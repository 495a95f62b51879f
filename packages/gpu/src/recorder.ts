// Records dispatches, cuts them into submissions of bounded length by measured speed, and waits so that few are in flight.
import { OutOfMemoryError, invariant } from '@longread/core';
import { allocate } from './allocate.ts';
import { shortReadBytes, type BufferArena } from './arena.ts';
import type { Device } from './device.ts';
import { checkShapes, type Kernel, type KernelCache } from './kernels.ts';
import { Pacer, type ExpectedWork } from './pacer.ts';
import { readBack } from './read-back.ts';
import type { Waits, WaitOptions } from './waits.ts';

/** Wanted length of a submission; watchdogs kill at seconds, cancel answers within a few of these. */
const targetMs = 60;
/** Submissions under way at once: enough that the device never waits for the host. */
const maxInFlight = 2;
const slotBytes = 256;
const numSlots = 2048;
/** The next token is asked for before the last one is there. */
const numShortReads = 2;

/** What a dispatch is, for whoever times it. */
export interface Dispatch {
  /** Name of the kernel. */
  readonly kernel: string;
  readonly flops: number;
  readonly groups: number;
}

/** What to begin a pass with, given its first dispatch. */
type BeginPass = (first: Dispatch) => GPUComputePassDescriptor;

export class Recorder {
  readonly #device: Device;
  readonly #kernels: KernelCache;
  readonly #arena: BufferArena;
  readonly #uniforms: GPUBuffer;
  readonly #staged = new ArrayBuffer(slotBytes * numSlots);
  readonly #view = new DataView(this.#staged);
  #encoder: GPUCommandEncoder | undefined;
  #pass: GPUComputePassEncoder | undefined;
  #nextStamps: BeginPass | undefined;
  #isEachAlone = false;
  readonly #pacer = new Pacer();
  readonly #waits: Waits;
  /** Of what is recorded and not submitted: uniform slots, expected milliseconds by kernel and in all. */
  #slots = 0;
  #work = new Map<string, number>();
  #expectedMs = 0;
  #inFlight: Promise<void>[] = [];
  #lastDone = 0;
  #longestMs = 0;

  private constructor(
    device: Device,
    kernels: KernelCache,
    arena: BufferArena,
    waits: Waits,
    uniforms: GPUBuffer,
  ) {
    this.#device = device;
    this.#kernels = kernels;
    this.#arena = arena;
    this.#waits = waits;
    this.#uniforms = uniforms;
  }

  /** @throws OutOfMemoryError */
  static async create(
    device: Device,
    kernels: KernelCache,
    arena: BufferArena,
    waits: Waits,
  ): Promise<Recorder> {
    const make = (label: string, size: number, usage: number) =>
      allocate(
        device.handle,
        { label, size, usage },
        (options) =>
          new OutOfMemoryError('The GPU has no room to start. Close other pages that use it.', {}, options),
      );
    const uniforms = make('uniforms', slotBytes * numSlots, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    const reads = Array.from({ length: numShortReads }, () =>
      make('short reads', shortReadBytes, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST),
    );
    const all = [uniforms, ...reads];
    const refusals = await Promise.all(all.map(({ refused }) => refused));
    const refusal = refusals.find((each) => each !== undefined);
    if (refusal) {
      for (const { buffer } of all) buffer.destroy();
      throw refusal;
    }
    arena.adopt(uniforms.buffer);
    for (const { buffer } of reads) arena.keepForReading(buffer);
    return new Recorder(device, kernels, arena, waits, uniforms.buffer);
  }

  /** Bytes of its own buffers: of the uniforms of what is recorded, and to read short answers back through. */
  get ownBytes(): number {
    return this.#uniforms.size + numShortReads * shortReadBytes;
  }

  /** Longest time a submission took, from its start on the device to when the host saw its end. */
  get longestSubmissionMs(): number {
    return this.#longestMs;
  }

  /** Rows of a kernel's work that fit one submission, a multiple of `granule`. */
  rowsPerDispatch({ key }: Pick<Kernel, 'key'>, flopsPerRow: number, granule: number): number {
    const rows = targetMs / this.#pacer.expect(key, Math.max(flopsPerRow, 1));
    return Math.max(granule, Math.floor(rows / granule) * granule);
  }

  /** Records one dispatch; submits what was recorded when it would exceed the wanted length. */
  dispatch<B extends string, U extends string, O extends string>(
    kernel: Kernel<B, U, O>,
    buffers: Readonly<Record<B, GPUBuffer>>,
    uniforms: Readonly<Record<U, number>>,
  ): void {
    const { spec } = kernel;
    checkShapes(spec, uniforms);
    const flops = spec.flops(uniforms);
    const ms = this.#pacer.expect(kernel.key, flops);
    if (this.#expectedMs > 0 && this.#expectedMs + ms > targetMs) this.submit();
    if (this.#slots === numSlots) this.submit();
    const grid = spec.grid(uniforms, kernel.overrides);
    invariant(
      grid.every((groups) => Number.isInteger(groups) && groups >= 1 && groups <= 65_535),
      `${spec.name} has a dispatch of ${grid.join(' x ')} workgroups`,
    );
    const offset = this.#slots++ * slotBytes;
    let at = offset;
    for (const { name, type } of spec.uniforms) {
      if (type === 'f32') this.#view.setFloat32(at, uniforms[name], true);
      else this.#view.setUint32(at, uniforms[name], true);
      at += 4;
    }
    const group = this.#kernels.bindGroup(kernel, this.#uniforms, buffers);
    if (this.#isEachAlone) this.#endPass();
    const groups = grid[0] * grid[1] * grid[2];
    this.#pass ??= this.#encode().beginComputePass(this.#nextStamps?.({ kernel: spec.name, flops, groups }));
    this.#pass.setPipeline(kernel.pipeline);
    this.#pass.setBindGroup(0, group, [offset]);
    this.#pass.dispatchWorkgroups(...grid);
    this.#expectedMs += ms;
    this.#work.set(kernel.key, (this.#work.get(kernel.key) ?? 0) + ms);
  }

  /**
   * @internal What to begin each pass with from now on, so that the device stamps it; undefined ends it (stopwatch.ts).
   * @param isEachAlone whether every dispatch has a pass of its own.
   */
  stampPasses(next: BeginPass | undefined, isEachAlone = false): void {
    this.#endPass();
    this.#nextStamps = next;
    this.#isEachAlone = isEachAlone;
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
    this.#inFlight.push(this.#time(this.#work, performance.now()));
    this.#forget();
  }

  /**
   * Waits until few submissions are in flight. Call between steps of a long run. When cancelled, what is recorded and not
   * submitted is dropped, and what is in flight is not waited for.
   * @throws AbortedError when `signal` fired; the device's typed error when it failed.
   */
  async pace(signal: AbortSignal | undefined, during: string): Promise<void> {
    if (signal?.aborted || this.#inFlight.length > maxInFlight)
      await this.#drain(maxInFlight, { signal, during });
    this.#device.check();
  }

  /** Submits and waits until the device has done everything. @throws as `pace` */
  async finish(options?: WaitOptions): Promise<void> {
    this.submit();
    await this.#drain(0, options);
    this.#device.check();
  }

  /** Waits until everything written to the queue so far has reached the device. */
  async uploaded(options?: WaitOptions): Promise<void> {
    this.submit();
    await this.#waits.until(this.#device.handle.queue.onSubmittedWorkDone(), options);
  }

  /** Submits and copies `bytes` from `buffer` to the host. @throws as `pace`; OutOfMemoryError */
  read(buffer: GPUBuffer, offset: number, bytes: number, options?: WaitOptions): Promise<ArrayBuffer> {
    this.submit();
    return readBack(this.#device, this.#arena, this.#waits, { buffer, offset, bytes }, options);
  }

  /** The beginnings of several buffers; when one read fails, none is under way any more. @throws as `read` */
  async readAll(
    wanted: readonly { readonly buffer: GPUBuffer; readonly bytes: number }[],
    options?: WaitOptions,
  ): Promise<ArrayBuffer[]> {
    const reads = wanted.map(({ buffer, bytes }) => this.read(buffer, 0, bytes, options));
    await Promise.allSettled(reads);
    return Promise.all(reads);
  }

  dispose(): void {
    this.#arena.drop(this.#uniforms);
    this.#arena.dropKept();
  }

  #encode(): GPUCommandEncoder {
    return (this.#encoder ??= this.#device.handle.createCommandEncoder());
  }

  #endPass(): void {
    this.#pass?.end();
    this.#pass = undefined;
  }

  /** What is recorded is done with. */
  #forget(): void {
    this.#pass = undefined;
    this.#encoder = undefined;
    this.#slots = 0;
    this.#work = new Map();
    this.#expectedMs = 0;
  }

  async #drain(most: number, options: WaitOptions | undefined): Promise<void> {
    try {
      do await this.#waits.until(this.#inFlight[0] ?? Promise.resolve(), options);
      while (this.#inFlight.length > most);
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  async #time(work: ExpectedWork, submitted: number): Promise<void> {
    await this.#device.handle.queue.onSubmittedWorkDone();
    const now = performance.now();
    const elapsed = Math.max(now - Math.max(submitted, this.#lastDone), 0.05);
    this.#lastDone = now;
    this.#longestMs = Math.max(this.#longestMs, elapsed);
    this.#pacer.learn(work, elapsed);
    void this.#inFlight.shift();
  }
}
