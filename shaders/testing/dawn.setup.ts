// Gives Node what the kernels' tests expect of a browser: WebGPU, from Dawn. The second lane's adapter (Mesa lavapipe) has
// shader-f16 and subgroups of eight lanes, where Chromium's software adapter has no f16 and subgroups of four.
import { create, globals } from 'webgpu';

Object.assign(globalThis, globals);
Object.defineProperty(globalThis, 'navigator', { value: { gpu: create([]) }, configurable: true });
