import { describe, expect, it, vi } from 'vitest';
import { openGguf } from '../gguf.ts';
import { dequantizeReference, roundToHalf } from '../testing/ggml-reference.ts';
import { bytesSource } from '../testing/bytes-source.ts';
import { floatToHalf } from '../testing/random-blocks.ts';
import { firstDifference } from '../testing/first-difference.ts';
import { readTensor } from '../testing/read-tensor.ts';
import { tinyLlamaSource, type TinyLlamaOptions } from '../testing/tiny-llama.ts';
import { ggmlTypes, writeGguf, type GgmlTypeName, type GgufSource } from '../testing/write-gguf.ts';
import { halfToFloat, toHalf } from './half.ts';
import { roundBF16 } from './plain.ts';

vi.setConfig({ testTimeout: 60_000 });

const wide: Partial<TinyLlamaOptions> = {
  numLayers: 1,
  hiddenSize: 256,
  intermediateSize: 256,
  numHeads: 16,
  numKvHeads: 2,
};
/** Layouts, and where in a block a half is that must be finite. */
const layouts: Readonly<
  Record<GgmlTypeName, readonly [format: string, groupSize: number, at: readonly number[]]>
> = {
  F32: ['f32', 1, []],
  F16: ['f16', 1, [0, 2]],
  BF16: ['f16', 1, []],
  Q8_0: ['int8', 32, [0]],
  Q5_1: ['int8-min', 32, [0, 2]],
  Q5_0: ['int8', 32, [0]],
  Q4_1: ['int4', 32, [0, 2]],
  Q4_0: ['int4', 32, [0]],
  Q6_K: ['int8', 16, [208]],
  Q5_K: ['int8-min', 32, [0, 2]],
  Q4_K: ['int4', 32, [0, 2]],
  Q3_K: ['int4', 16, [108]],
  Q2_K: ['int4', 16, [80, 82]],
  IQ4_NL: ['int8', 32, [0]],
  IQ4_XS: ['int8', 32, [0]],
  MXFP4: ['int8', 32, []],
  Q2_0: ['int4', 32, [0]],
  Q1_0: ['int4', 32, [0]],
};
const types = Object.keys(layouts) as readonly GgmlTypeName[];

/** Sets bytes of the first block of the down projection. */
function withBytes(source: GgufSource, at: number, bytes: readonly number[]): GgufSource {
  const tensors = source.tensors.map((tensor) => {
    if (tensor.name !== 'blk.0.ffn_down.weight') return tensor;
    const data = tensor.data.slice();
    data.set(bytes, at);
    return { ...tensor, data };
  });
  return { ...source, tensors };
}

const withHalf = (source: GgufSource, at: number, bits: number): GgufSource =>
  withBytes(source, at, [bits & 255, bits >> 8]);

/** What makes the scales of a first block as large as they can be, where they are multiplied. */
const largestScales: Readonly<Record<string, readonly [at: number, bytes: readonly number[]]>> = {
  Q4_K: [4, Array.from({ length: 12 }, () => 255)],
  Q5_K: [4, Array.from({ length: 12 }, () => 255)],
  Q2_K: [0, Array.from({ length: 16 }, () => 255)],
  Q3_K: [96, Array.from({ length: 12 }, () => 0)],
};

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
      expect([tensor.layout.format, tensor.layout.groupSize]).toEqual(layouts[stored.type].slice(0, 2));
      // All that is lost is what f16 rounds of scales.
      expect(
        firstDifference(
          await readTensor(model, tensor),
          dequantizeReference(stored.type, stored.data, roundToHalf),
        ),
        tensor.name,
      ).toBeNull();
    }
  });

  it.each([1, 300, 5000])('is the same when it is read %i bytes at a time', async (maxBytes) => {
    expect(firstDifference(await readDown(source, maxBytes), await readDown(source))).toBeNull();
  });

  it.each(
    layouts[weightType][2].flatMap((at) => [0x7c00, 0xfc00, 0x7e01].map((bits) => [bits, at] as const)),
  )('refuses a number with the bits %i at %i, naming the tensor', async (bits, at) => {
    await expect(readDown(withHalf(source, at, bits))).rejects.toThrow(
      /Tensor "blk\.0\.ffn_down\.weight".*infinite or NaN/,
    );
  });

  it('refuses columns that are no multiple of its block', async () => {
    const [, groupSize] = layouts[weightType];
    if (groupSize === 1) return;
    const { tensors, metadata } = tinyLlamaSource(7, { numLayers: 1, hiddenSize: 48, headDim: 12 });
    const typeNumber = ggmlTypes[weightType];
    const lying = tensors.map((tensor) =>
      tensor.name === 'blk.0.attn_q.weight' ? { ...tensor, typeNumber } : tensor,
    );
    await expect(openGguf(bytesSource(writeGguf({ metadata, tensors: lying })))).rejects.toThrow(
      new RegExp(
        `^Tensor "blk\\.0\\.attn_q\\.weight" has 48 columns, type ${weightType} needs a multiple of `,
      ),
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

  it.each([
    ['F32', 2, 0x7f80],
    ['BF16', 0, 0x7f80],
    ['BF16', 2, 0xff80],
    ['BF16', 0, 0x7fc0],
    ['BF16', 0, 0x4780], // 65,536: beyond half precision
    ['Q4_K', 0, 0x6410], // 1,040 times a scale of six bits
    ['Q5_K', 0, 0x5c00], // 256 times a scale of six bits times 16
    ['Q4_K', 2, 0x6410],
    ['Q2_K', 80, 0x7000], // 8,192 times a scale of four bits
    ['Q3_K', 108, 0x6410],
  ] as const)('refuses %s with %i <- %i, which is out of range', async (weightType, at, bits) => {
    const source = tinyLlamaSource(7, { ...wide, weightType });
    const largest = withBytes(source, ...(largestScales[weightType] ?? [0, []]));
    await expect(readDown(withHalf(largest, at, bits))).rejects.toThrow(
      /"blk\.0\.ffn_down\.weight".*too large/,
    );
  });

  it.each([
    [247, true],
    [248, false],
    [255, false],
  ])('takes an MXFP4 exponent of %i: %s', async (exponent, isFine) => {
    const source = tinyLlamaSource(7, { ...wide, weightType: 'MXFP4' });
    const read = readDown(withBytes(source, 0, [exponent]));
    if (isFine) expect(Math.max(...(await read).map(Math.abs))).toBe(12 * 2 ** 119);
    else await expect(read).rejects.toThrow('too large to compute with as MXFP4');
  });

  it('reads the smallest MXFP4 exponents', async () => {
    const source = tinyLlamaSource(7, { ...wide, weightType: 'MXFP4' });
    for (const exponent of [0, 1, 2])
      expect((await readDown(withBytes(source, 0, [exponent, 0xf7])))[0]).toBe(12 * 2 ** (exponent - 128));
  });

  it.each(['F16', 'BF16'] as const)('widens %s norms to f32', async (normType) => {
    const source = tinyLlamaSource(7, { normType, numLayers: 1 });
    const model = await openGguf(bytesSource(writeGguf(source)));
    const norm = model.tensors.find(({ id }) => id.role === 'outputNorm');
    const stored = source.tensors.find(({ name }) => name === 'output_norm.weight');
    if (norm === undefined || stored === undefined) throw new Error('no output norm');
    expect(norm.layout).toEqual({ format: 'f32', rows: 1, cols: 64, groupSize: 1 });
    expect(
      firstDifference(await readTensor(model, norm), dequantizeReference(normType, stored.data)),
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
  it.each([1, 3, -8, 15, 63, 2 ** -4, 1 / 3])('is the nearest one to any half times %d', (factor) => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const product = factor * halfToFloat(bits);
      if (!Number.isFinite(product)) continue;
      const nearest = Math.abs(product) >= 65_520 ? Math.sign(product) * Infinity : roundToHalf(product);
      const got = halfToFloat(toHalf(product));
      if (got !== nearest) expect([bits, got]).toBe(nearest);
    }
  });

  it('is the nearest one to any bfloat16', () => {
    const [quants, blocks] = [new Uint32Array(1), new Uint32Array(1)];
    for (let bits = 0; bits < 0x10000; bits++) {
      blocks[0] = bits | 0x3f800000; // one above it
      const value = new Float32Array(Uint32Array.of(bits << 16).buffer)[0] ?? NaN;
      const isTaken = roundBF16(blocks, quants) === -1;
      if (isTaken !== Math.abs(value) < 65_520) expect([bits, isTaken]).toBe(value);
      if (!isTaken) continue;
      const low = halfToFloat((quants[0] ?? 0) & 0xffff);
      const high = halfToFloat((quants[0] ?? 0) >>> 16);
      if (low !== roundToHalf(value) || high !== 1) expect([bits, low, high]).toBe(value);
    }
  });

  it('comes back from its rounding inverse', () => {
    for (let bits = 0; bits < 0x7c00; bits++) {
      if (floatToHalf(halfToFloat(bits)) !== bits) expect(floatToHalf(halfToFloat(bits))).toBe(bits);
    }
  });
});
