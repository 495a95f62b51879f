// What is wrong with a kernel or its sizes is told by name: a size that it has a rule against before anything reaches the device, a
// module that does not compile with the line.
import { createGpu } from '@longread/gpu';
import { expect, onTestFinished, test } from 'vitest';
import { matvec } from './matvec/matvec.ts';
import { packedCachePack } from './packed-cache/packed-cache.ts';
import { rmsNorm } from './rms-norm/rms-norm.ts';

test('dispatching and compiling hold to the rules', async () => {
  const gpu = await createGpu(navigator.gpu);
  onTestFinished(() => gpu.dispose());
  const owner = gpu.owner('test');
  const [keys, values, packed] = ['keys', 'values', 'packed'].map((name) => owner.storage(name, 4096));
  await owner.settled();
  const kernel = await gpu.kernels.get(packedCachePack.bodies.plain);
  const shape = { first_slot: 0, num_slots: 2, num_kv_heads: 1, capacity: 4 };
  const pack = (head_dim: number) => {
    if (!keys || !values || !packed) throw new Error('no buffers');
    gpu.recorder.dispatch(kernel, { keys, values, packed }, { ...shape, head_dim });
  };
  pack(24);
  expect(() => pack(20)).toThrow(
    'packed-cache/pack is asked for a head_dim of 20, which is not a multiple of 8',
  );
  await expect(gpu.kernels.get(matvec.bodies.quad, { WEIGHT_FORMAT: 0 })).rejects.toThrow(
    'matvec/quad is asked for a WEIGHT_FORMAT of 0, which is not at least 2',
  );
  await expect(gpu.kernels.get(matvec.bodies.plain, { WEIGHT_FORMAT: 0 })).resolves.toBeDefined();
  await gpu.recorder.finish();
});

test('a kernel that does not compile is told by its name, its line and what stands there', async () => {
  const gpu = await createGpu(navigator.gpu);
  onTestFinished(() => gpu.dispose());
  const { plain } = rmsNorm.bodies;
  const source = plain.source.replace('let size = ', 'let size = not_declared * ');
  const line = source.split('\n').findIndex((text) => text.includes('not_declared')) + 1;
  const refused = gpu.kernels.get({ ...plain, source });
  await expect(refused).rejects.toMatchObject({
    code: 'ShaderCompile',
    details: { kernel: 'rms-norm/plain', line },
  });
  await expect(refused).rejects.toThrow(
    new RegExp(
      `rms-norm/plain does not compile .*line ${line}, "let size = not_declared \\* .*;": .*not_declared`,
    ),
  );
});
