// Runs in the page before each file of the engine's tests: the stored table prefers the matmul whose shader compiles soonest, in a third
// of the default's time on a software adapter. Tests that lose devices or end engines wait for a compiler and for nothing else; those
// of tuning and of wrong devices bring tables of their own.
import { createGpu } from '@longread/gpu';
import { openTuningStore } from '@longread/store';
import { blankTuning } from '../kernels/tune.ts';

const gpu = await createGpu(navigator.gpu);
try {
  const store = openTuningStore();
  const blank = await blankTuning(gpu);
  const known = (await store.find(blank.adapter, blank.version)) ?? blank;
  const variant = 'matmul/subgroup';
  const row = { kernel: 'matmul', shapeClass: 'any', variant, key: variant, ms: 1, gflops: 1, note: '' };
  await store.put({ ...known, rows: [row] });
} finally {
  gpu.dispose();
}
