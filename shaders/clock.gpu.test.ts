// How long a kernel takes, by the clock of the device at hand where it has one: this is what the tuner compares.
import { createGpu, type Gpu } from '@longread/gpu';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defineKernel } from './kernel.ts';

const spin = defineKernel({
  name: 'spin',
  source: `
    struct Params { rounds: u32 }
    override WORKGROUP_SIZE: u32 = 64u;
    @group(0) @binding(0) var<uniform> params: Params;
    @group(0) @binding(1) var<storage, read_write> y: array<f32>;
    @compute @workgroup_size(WORKGROUP_SIZE)
    fn main(@builtin(global_invocation_id) id: vec3u) {
      var value = f32(id.x);
      for (var i = 0u; i < params.rounds; i++) { value = fma(value, 0.5, 1.0); }
      y[id.x] = value;
    }`,
  bindings: [{ name: 'y', access: 'read_write', shape: 'f32 [256]' }],
  uniforms: [{ name: 'rounds', type: 'u32' }],
  overrides: { WORKGROUP_SIZE: 64 },
  shapes: {},
  grid: () => [4, 1, 1],
  flops: (u) => 2 * 256 * u.rounds,
});

let gpu: Gpu;
let hasTimestamps: boolean;
let dispatch: (rounds: number) => void;
beforeAll(async () => {
  gpu = await createGpu(navigator.gpu);
  const adapter = await navigator.gpu.requestAdapter();
  hasTimestamps = adapter?.features.has('timestamp-query') ?? false;
  const kernel = await gpu.kernels.get(spin);
  const y = gpu.owner('clock').storage('y', 4 * 256);
  dispatch = (rounds) => gpu.recorder.dispatch(kernel, { y }, { rounds });
});
afterAll(() => gpu.dispose());

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The least of several: other programs make single runs longer. */
async function leastMs(repeats: number): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    const work = () => Array.from({ length: repeats }).forEach(() => dispatch(20_000));
    times.push((await gpu.time(work)).ms);
  }
  return Math.min(...times);
}

test("the device's clock where it has one, and eight times the work takes several times as long", async () => {
  const { ms, clock } = await gpu.time(() => dispatch(1000));
  expect(ms).toBeGreaterThan(0);
  expect(clock).toBe(hasTimestamps ? 'device' : 'wall');
  const [once, eightTimes] = [await leastMs(4), await leastMs(32)];
  expect(eightTimes / once).toBeGreaterThan(3);
});

test('what the host takes between passes counts by its own clock only', async () => {
  const liveBytes = gpu.liveBytes;
  const { ms, clock } = await gpu.time(async () => {
    dispatch(1000);
    gpu.recorder.submit();
    await wait(300);
    dispatch(1000);
  });
  if (clock === 'device') expect(ms).toBeLessThan(200);
  else expect(ms).toBeGreaterThan(290);
  expect(gpu.liveBytes).toBe(liveBytes);
});

test("more passes than can be stamped: by the host's clock, and the device's again at the next", async () => {
  const scratch = gpu.owner('scratch');
  const buffer = scratch.storage('cleared', 16);
  const work = (passes: number) => () => {
    for (let i = 0; i < passes; i++) {
      dispatch(1);
      gpu.recorder.clear(buffer, 0, 16); // ends the pass
    }
  };
  expect((await gpu.time(work(2049))).clock).toBe('wall');
  expect((await gpu.time(work(2))).clock).toBe(hasTimestamps ? 'device' : 'wall');
  expect((await gpu.time(() => undefined)).clock).toBe('wall');
  scratch.dispose();
});

test('a profile names every dispatch and its time, in order', async () => {
  const work = (rounds: readonly number[]) => () => rounds.forEach(dispatch);
  const profile = await gpu.profile(work([1000, 200_000, 1000]));
  if (!hasTimestamps) {
    expect(profile).toBeUndefined();
    return;
  }
  const told = profile?.map(({ kernel, flops, groups }) => ({ kernel, flops, groups }));
  const expected = (rounds: number) => ({ kernel: 'spin', flops: 512 * rounds, groups: 4 });
  expect(told).toEqual([expected(1000), expected(200_000), expected(1000)]);
  const [first = NaN, long = NaN, last = NaN] = profile?.map(({ ms }) => ms) ?? [];
  expect(long).toBeGreaterThan(first);
  expect(long).toBeGreaterThan(last);
  expect(await gpu.profile(work(Array.from({ length: 2049 }, () => 1)))).toBeUndefined();
  expect((await gpu.time(work([1000]))).clock).toBe('device');
});

test('a measurement that is cancelled or fails leaves nothing behind', async () => {
  const controller = new AbortController();
  const cancelled = gpu.time(
    () => {
      dispatch(1000);
      controller.abort();
    },
    { signal: controller.signal, during: 'tune' },
  );
  await expect(cancelled).rejects.toMatchObject({ code: 'Aborted' });
  await expect(gpu.time(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  const slow = gpu.time(() => wait(20).then(() => dispatch(1)));
  await expect(gpu.time(() => dispatch(1))).rejects.toThrow('one measurement at a time');
  expect((await slow).ms).toBeGreaterThan(0);
});
