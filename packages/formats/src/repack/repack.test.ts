import { describe, expect, it, vi } from 'vitest';
import { openGguf } from '../gguf.ts';
import { dequantizeReference } from '../testing/ggml-reference.ts';
import { bytesSource } from '../testing/bytes-source.ts';
import { floatToHalf } from '../testing/random-blocks.ts';
import { firstDifference } from '../testing/first-difference.ts';
import { readTensor } from '../testing/read-tensor.ts';
import { tinyLlamaSource, type TinyLlamaOptions } from '../testing/tiny-llama.ts';
import { writeGguf, type GgmlTypeName, type GgufSource } from '../testing/write-gguf.ts';
import { halfTimesMinus8, halfToFloat } from './half.ts';

vi.setConfig({ testTimeout: 60_000 });

const wide: Partial<TinyLlamaOptions> = {
  numLayers: 1,
  hiddenSize: 256,
  intermediateSize: 256,
  numHeads: 16,
  numKvHeads: 2,
};
const types: readonly GgmlTypeName[] = ['F32', 'F16', 'Q8_0', 'Q4_0', 'Q4_1', 'Q6_K'];
const layouts: Readonly<Record<string, readonly [format: string, groupSize: number]>> = {
  F32: ['f32', 1],
  F16: ['f16', 1],
  Q8_0: ['int8', 32],
  Q4_0: ['int4', 32],
  Q4_1: ['int4', 32],
  Q6_K: ['int8', 16],
};

/** Sets the half at `at` in the first block of the down projection. */
function withHalf(source: GgufSource, at: number, bits: number): GgufSource {
  const tensors = source.tensors.map((tensor) => {
    if (tensor.name !== 'blk.0.ffn_down.weight') return tensor;
    const data = tensor.data.slice();
    new DataView(data.buffer).setUint16(at, bits, true);
    return { ...tensor, data };
  });
  return { ...source, tensors };
}

async function readDown(source: GgufSource, maxBytes?: number): Promise<Float32Array> {
  const model = await openGguf(bytesSource(writeGguf(source)));
  const tensor = model.tensors.find(({ name }) => name === 'blk.0.ffn_down.weight');
  if (tensor === undefined) throw new Error('no down projection');
  return readTensor(model, tensor, maxBytes);
}

describe.each(types)('repacking %s', (weightType) => {
  const source = tinyLlamaSource(7, { ...wide, weightType });

  it('gives the values of ggml block definitions in the canonical layout', async () => {
    const model = await openGguf(bytesSource(writeGguf(source)));
    expect(model.tensors).toHaveLength(source.tensors.length);
    for (const tensor of model.tensors) {
      const stored = source.tensors.find(({ name }) => name === tensor.name);
      if (stored === undefined) throw new Error(`no tensor ${tensor.name}`);
      expect([tensor.layout.format, tensor.layout.groupSize]).toEqual(layouts[stored.type]);
      expect(
        firstDifference(await readTensor(model, tensor), dequantizeReference(stored.type, stored.data)),
        tensor.name,
      ).toBeNull();
    }
  });

  it.each([1, 300, 5000])('is the same when it is read %i bytes at a time', async (maxBytes) => {
    expect(firstDifference(await readDown(source, maxBytes), await readDown(source))).toBeNull();
  });

  it.each([0x7c00, 0xfc00, 0x7e01])('refuses a number with the bits %i, naming the tensor', async (bits) => {
    const at = weightType === 'Q6_K' ? 208 : weightType === 'F32' ? 2 : 0;
    const bad = weightType === 'F32' ? 0x7f80 : bits;
    await expect(readDown(withHalf(source, at, bad))).rejects.toThrow(
      /Tensor "blk\.0\.ffn_down\.weight".*infinite or NaN/,
    );
  });
});

describe('repacking', () => {
  it('refuses a Q4_0 scale whose minimum leaves half precision', async () => {
    const source = tinyLlamaSource(7, { weightType: 'Q4_0', numLayers: 1 });
    await expect(readDown(withHalf(source, 0, floatToHalf(8188)))).resolves.toBeDefined();
    await expect(readDown(withHalf(source, 0, floatToHalf(8192)))).rejects.toMatchObject({
      code: 'ModelFormat',
    });
  });

  it('widens F16 norms to f32', async () => {
    const source = tinyLlamaSource(7, { normType: 'F16', numLayers: 1 });
    const model = await openGguf(bytesSource(writeGguf(source)));
    const norm = model.tensors.find(({ id }) => id.role === 'outputNorm');
    const stored = source.tensors.find(({ name }) => name === 'output_norm.weight');
    if (norm === undefined || stored === undefined) throw new Error('no output norm');
    expect(norm.layout).toEqual({ format: 'f32', rows: 1, cols: 64, groupSize: 1 });
    expect(
      firstDifference(await readTensor(model, norm), dequantizeReference('F16', stored.data)),
    ).toBeNull();
  });

  it('hands out every step in the same arrays', async () => {
    const model = await openGguf(bytesSource(writeGguf(tinyLlamaSource(7, { weightType: 'Q8_0' }))));
    const [tensor] = model.tensors;
    if (tensor === undefined) throw new Error('no tensor');
    const seen: ArrayBuffer[] = [];
    for await (const { quants } of model.readRows(tensor, 1000)) seen.push(quants.buffer);
    expect(seen.length).toBeGreaterThan(2);
    expect(new Set(seen).size).toBe(1);
  });
});

describe('half precision', () => {
  it('multiplies by -8 exactly wherever the product is a half', () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const product = -8 * halfToFloat(bits);
      if (Number.isNaN(product)) continue;
      const got = halfToFloat(halfTimesMinus8(bits));
      if (got !== (Math.abs(product) > 65_504 ? Math.sign(product) * Infinity : product))
        expect([bits, got]).toBe(product);
    }
  });

  it('comes back from its rounding inverse', () => {
    for (let bits = 0; bits < 0x7c00; bits++) {
      if (floatToHalf(halfToFloat(bits)) !== bits) expect(floatToHalf(halfToFloat(bits))).toBe(bits);
    }
  });
});
