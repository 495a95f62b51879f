// What each architecture's files become, and what of them is refused: sources made of the tiny llama.
import { describe, expect, it } from 'vitest';
import { openGguf } from './gguf.ts';
import { bytesSource } from './testing/bytes-source.ts';
import { tinyLlamaSource } from './testing/tiny-llama.ts';
import { writeGguf, type GgufSource, type MetadataValue, type TensorSource } from './testing/write-gguf.ts';

const openSource = (source: GgufSource) => openGguf(bytesSource(writeGguf(source)));
const vector = (name: string, size: number): TensorSource => ({
  name,
  shape: [size],
  type: 'F32',
  data: new Uint8Array(new Float32Array(size).fill(0.5).buffer),
});

/** The tiny llama under another name, with tensors on top. */
function renamed(
  architecture: string,
  extra: readonly TensorSource[],
  metadata: Readonly<Record<string, MetadataValue>> = {},
): GgufSource {
  const tiny = tinyLlamaSource(1, { numLayers: 2 });
  const entries = Object.entries(tiny.metadata).map(
    ([key, value]) => [key.replace(/^llama\./, `${architecture}.`), value] as const,
  );
  return {
    metadata: { ...Object.fromEntries(entries), 'general.architecture': architecture, ...metadata },
    tensors: [...tiny.tensors, ...extra],
  };
}

describe('llama', () => {
  it.each<[number, Readonly<Record<string, MetadataValue>>]>([
    [1, {}],
    [8, { 'llama.rope.scaling.factor': 8 }],
    [8, { 'llama.rope.scaling.type': 'linear', 'llama.rope.scaling.factor': 8 }],
    [2, { 'llama.rope.scale_linear': 2 }],
    [2, { 'llama.rope.scaling.factor': 0, 'llama.rope.scale_linear': 2 }],
    [1, { 'llama.rope.scaling.type': 'none', 'llama.rope.scaling.factor': 8 }],
    [1, { 'llama.rope.scaling.type': 'linear' }],
  ])('scales positions by %f with %j', async (factor, metadata) => {
    expect((await openSource(renamed('llama', [], metadata))).config.ropeScalingFactor).toBe(factor);
  });

  const divisorsOf = (...values: readonly number[]): TensorSource => ({
    ...vector('rope_freqs.weight', values.length),
    data: new Uint8Array(Float32Array.from(values).buffer),
  });

  it('has divisors of frequencies in its configuration, not among its weights', async () => {
    const divisors = [1, 1, 1.5, 2, 4, 7.5, 8, 32];
    const [without, model] = [
      await openSource(renamed('llama', [])),
      await openSource(renamed('llama', [divisorsOf(...divisors)])),
    ];
    expect(model.config.ropeFrequencyDivisors).toEqual(divisors);
    expect(without.config.ropeFrequencyDivisors).toBeUndefined();
    expect(model.tensors).toEqual(without.tensors);
  });

  it.each([0, -1, NaN, Infinity])('is refused with a divisor of %f', async (value) => {
    const opened = openSource(renamed('llama', [divisorsOf(1, 1, value, 1, 1, 1, 1, 1)]));
    await expect(opened).rejects.toThrow('Tensor "rope_freqs.weight"');
  });
});
