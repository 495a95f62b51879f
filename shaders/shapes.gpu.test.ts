// A size that a kernel has a rule against is an error of ours before anything reaches the device.
import { createGpu } from '@longread/gpu';
import { expect, onTestFinished, test } from 'vitest';
import { matvec } from './matvec/matvec.ts';
import { matvecQuad } from './matvec-quad/matvec-quad.ts';
import { packCache } from './pack-cache/pack-cache.ts';

test('dispatching and compiling hold to the rules', async () => {
  const gpu = await createGpu(navigator.gpu);
  onTestFinished(() => gpu.dispose());
  const owner = gpu.owner('test');
  const [keys, values, packed] = ['keys', 'values', 'packed'].map((name) => owner.storage(name, 4096));
  await owner.settled();
  const kernel = await gpu.kernels.get(packCache);
  const shape = { first_slot: 0, num_slots: 2, num_kv_heads: 1, capacity: 4 };
  const pack = (head_dim: number) => {
    if (!keys || !values || !packed) throw new Error('no buffers');
    gpu.recorder.dispatch(kernel, { keys, values, packed }, { ...shape, head_dim });
  };
  pack(24);
  expect(() => pack(20)).toThrow('pack-cache is asked for a head_dim of 20, which is not a multiple of 8');
  await expect(gpu.kernels.get(matvecQuad, { WEIGHT_FORMAT: 0 })).rejects.toThrow(
    'matvec-quad is asked for a WEIGHT_FORMAT of 0, which is not at least 2',
  );
  await expect(gpu.kernels.get(matvec, { WEIGHT_FORMAT: 0 })).resolves.toBeDefined();
  await gpu.recorder.finish();
});
