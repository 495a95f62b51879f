// Quantising at load: how far each value may be from what it was, which tensors are left alone, and the losses that docs/models.md states.
import { readFileSync } from 'node:fs';
import { nmse, Random } from '@longread/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dequantizeRows } from './dequantize.ts';
import { openGguf, type ModelFile } from './gguf.ts';
import { quantizeModel } from './quantize.ts';
import { quantizeInt4, quantizeInt8 } from './repack/quantize-groups.ts';
import { bytesSource } from './testing/bytes-source.ts';
import { readTensor } from './testing/read-tensor.ts';
import { tinyLlama, type TinyLlamaOptions } from './testing/tiny-llama.ts';

const group = 32;

/** The values as the layout has them; `bad` where they are too large for it. */
function quantized(format: 'int8' | 'int4', values: Float32Array): { bad: number; values: Float32Array } {
  const scales = new Uint32Array(values.length / group);
  const quants = new Uint32Array(values.length / (format === 'int8' ? 4 : 8));
  const bad = (format === 'int8' ? quantizeInt8 : quantizeInt4)(values, quants, scales);
  const layout = { format, rows: 1, cols: values.length, groupSize: group };
  return { bad, values: dequantizeRows(layout, { firstRow: 0, numRows: 1, quants, scales }) };
}

const groups = (max: number) =>
  fc
    .array(
      fc.array(fc.float({ min: Math.fround(-max), max: Math.fround(max), noNaN: true }), {
        minLength: group,
        maxLength: group,
      }),
      {
        minLength: 1,
        maxLength: 3,
      },
    )
    .map((all) => Float32Array.from(all.flat()));

describe('a group', () => {
  it('in int8 is off by half of a step at most, of which 127 reach its largest magnitude', () => {
    fc.assert(
      fc.property(groups(1e30), (values) => {
        const got = quantized('int8', values);
        expect(got.bad).toBe(-1);
        values.forEach((value, i) => {
          const own = values.subarray(i - (i % group), i - (i % group) + group);
          const largest = Math.max(...Array.from(own, Math.abs));
          expect(Math.abs((got.values[i] ?? NaN) - value)).toBeLessThanOrEqual(
            (largest / 254) * 1.001 + 1e-38,
          );
        });
      }),
    );
  });

  it('in int4 is off by half of a step at most, of which 15 are between its ends, and by what half precision rounds', () => {
    fc.assert(
      fc.property(groups(32_000), (values) => {
        const got = quantized('int4', values);
        expect(got.bad).toBe(-1);
        values.forEach((value, i) => {
          const own = values.subarray(i - (i % group), i - (i % group) + group);
          const [least, most] = [Math.min(...own), Math.max(...own)];
          const rounding = (Math.abs(least) + (most - least)) * 2 ** -11 + 2 ** -19;
          expect(Math.abs((got.values[i] ?? NaN) - value)).toBeLessThanOrEqual(
            (most - least) / 30 + rounding,
          );
        });
      }),
    );
  });

  it('of one value is that value, and of zeros is zero', () => {
    for (const format of ['int8', 'int4'] as const)
      for (const value of [0, -0.75, 3])
        for (const got of quantized(format, new Float32Array(group).fill(value)).values)
          expect(got).toBeCloseTo(value, 6);
  });

  it('that half precision does not hold is told', () => {
    const values = new Float32Array(2 * group);
    values[group + 3] = -70_000;
    expect(quantized('int4', values).bad).toBe(1);
    values[group + 3] = 1e9;
    expect(quantized('int4', values).bad).toBe(1);
  });
});

describe('a model', () => {
  const open = (options: Partial<TinyLlamaOptions>) =>
    openGguf(bytesSource(tinyLlama(2, { numLayers: 1, ...options })));
  const formatsOf = (file: ModelFile) =>
    Object.fromEntries(file.tensors.map(({ id, layout }) => [id.role, layout.format]));
  const left = { attentionNorm: 'f32', mlpNorm: 'f32', outputNorm: 'f32' };

  it('keeps norms, and with int4 takes int8 where single rows decide', async () => {
    const file = await open({ weightType: 'F16', embeddingType: 'BF16', tiedEmbeddings: false });
    expect(quantizeModel(file, 'file')).toBe(file);
    const int4 = formatsOf(quantizeModel(file, 'int4'));
    expect(int4).toMatchObject({
      ...left,
      tokenEmbedding: 'int8',
      lmHead: 'int8',
      query: 'int4',
      down: 'int4',
    });
    const int8 = formatsOf(quantizeModel(file, 'int8'));
    expect(int8).toMatchObject({ ...left, tokenEmbedding: 'int8', query: 'int8', gate: 'int8' });
  });

  it('keeps what its file has quantised', async () => {
    const file = quantizeModel(await open({ weightType: 'Q5_1', embeddingType: 'F32' }), 'int4');
    expect(formatsOf(file)).toMatchObject({ query: 'int8-min', tokenEmbedding: 'int8' });
  });

  it('gives the same rows however many are read at a time', async () => {
    const plain = await open({ weightType: 'F32', embeddingType: 'F16' });
    const file = quantizeModel(plain, 'int4');
    for (const [i, tensor] of file.tensors.entries()) {
      const values = await readTensor(file, tensor, 1000);
      expect(values).toEqual(await readTensor(file, tensor));
      const exact = await readTensor(plain, plain.tensors[i] ?? expect.fail());
      expect(nmse(values, exact)).toBeLessThan(tensor.id.role.endsWith('Norm') ? 1e-12 : 0.01);
    }
  });

  it('of rows that are no whole groups is refused by the tensor', async () => {
    const file = await open({ weightType: 'F16', hiddenSize: 40 });
    expect(() => quantizeModel(file, 'int8')).toThrow('"token_embd.weight" has 40 columns');
  });
});

it('docs/models.md states what normally distributed weights lose', () => {
  const random = new Random(20_261_126);
  const normal = Float32Array.from({ length: 1 << 16 }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
    return radius * Math.cos(2 * Math.PI * random.next());
  });
  const doc = readFileSync(new URL('../../../docs/models.md', import.meta.url), 'utf8');
  const stated = (format: string) => new RegExp(`\`${format}\`: ([\\d.]+e-\\d+)`).exec(doc)?.[1];
  const loss = (format: 'int8' | 'int4') => nmse(quantized(format, normal).values, normal).toExponential(1);
  for (const format of ['int8', 'int4'] as const) expect(stated(format)).toBe(loss(format));
});
