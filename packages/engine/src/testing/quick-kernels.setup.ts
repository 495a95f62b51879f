// Runs in the page before each file of the engine's tests: the stored table prefers the kernels whose shaders compile soonest, in half
// of the default's time on a software adapter. Tests that lose devices or end engines wait for a compiler and for nothing else; those
// of tuning and of wrong devices bring tables of their own, and golden values and whole sessions are computed by the default's.
import { createGpu, kernelKey } from '@longread/gpu';
import { attentionScores, scoresVariants } from '@longread/shaders';
import { openTuningStore } from '@longread/store';
import { blankTuning } from '../kernels/tune.ts';
import { keepOneDevice } from './one-device.ts';
import { tinyHeadDim } from './tiny.ts';

keepOneDevice();

const gpu = await createGpu(navigator.gpu);
try {
  const store = openTuningStore();
  const blank = await blankTuning(gpu);
  const known = (await store.find(blank.adapter, blank.version)) ?? blank;
  const variant = 'matmul/subgroup';
  const row = { kernel: 'matmul', shapeClass: 'any', variant, key: variant, ms: 1, gflops: 1, note: '' };
  const failed = scoresVariants(gpu.facts, tinyHeadDim)
    .filter(({ spec }) => spec.name === attentionScores.bodies.quad.name)
    .map(({ spec, overrides }) => ({
      key: kernelKey(spec, overrides),
      reason: 'takes four times as long to compile',
    }));
  await store.put({ ...known, rows: [row], failed });
} finally {
  gpu.dispose();
}
