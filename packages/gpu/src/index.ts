export { createGpu, type Gpu } from './gpu.ts';
export type { BufferOwner } from './arena.ts';
export type { DeviceFacts } from './device.ts';
export { tuneCase, type TuneCase, type TuneLimits } from './tune.ts';
export type { DispatchTiming, Timing } from './stopwatch.ts';
export { kernelKey, type Kernel } from './kernels.ts';
export type { Recorder } from './recorder.ts';
