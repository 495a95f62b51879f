// Repacking, and the reference that other tests hold it against, beside what the Python package gguf reads in the same blocks
// (e2e/golden/tensor_types.py). And the table of docs/models.md, which is made of this.
import { readFile } from 'node:fs/promises';
import { nmse, Random, weightBytes, type WeightLayout } from '@longread/core';
import { describe, expect, it } from 'vitest';
import golden from '../../../../e2e/golden/tensor-types.json' with { type: 'json' };
import { dequantizeRows } from '../dequantize.ts';
import { firstDifference } from '../testing/first-difference.ts';
import { dequantizeReference, roundToHalf } from '../testing/ggml-reference.ts';
import { randomBlocks } from '../testing/random-blocks.ts';
import { ggmlTypes, type GgmlTypeName } from '../testing/write-gguf.ts';
import { matrixTypes, type SourceType } from './source-types.ts';

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(base64, 'base64'));

const layoutOf = ({ format, groupSize }: SourceType, cols: number): WeightLayout => ({
  format,
  rows: 1,
  cols,
  groupSize,
});

/** The values of some blocks as the engine computes with them. */
function repacked(type: SourceType, blocks: Uint8Array<ArrayBuffer>): Float32Array {
  const layout = layoutOf(type, (blocks.length / type.blockBytes) * type.blockSize);
  const words = weightBytes(layout) / 4;
  const hasScales = type.format !== 'f32' && type.format !== 'f16';
  const scales = new Uint32Array(hasScales ? layout.cols / type.groupSize : 0);
  const quants = new Uint32Array(words - scales.length);
  expect(type.repack(blocks, quants, scales)).toBe(-1);
  return dequantizeRows(layout, { firstRow: 0, numRows: 1, quants, scales });
}

function typeNumbered(number: number): SourceType {
  const type = matrixTypes.get(number);
  if (type === undefined) throw new Error(`no type ${number}`);
  return type;
}

describe.each(golden.types)('$name', ({ name, number, ...base64 }) => {
  const blocks = bytesOf(base64.blocks);
  const values = new Float32Array(bytesOf(base64.values).buffer);

  it('is read by the reference as by the package gguf', () => {
    expect(firstDifference(dequantizeReference(name, blocks), values)).toBeNull();
  });

  it('is repacked without loss but for scales rounded to half precision', () => {
    const type = typeNumbered(number);
    expect(type.name).toBe(name);
    const got = repacked(type, blocks);
    expect(firstDifference(got, dequantizeReference(name, blocks, roundToHalf))).toBeNull();
    expect(nmse(got, values)).toBeLessThan(1e-6);
  });
});

// gguf 0.19 does not read these: blocks worked out by hand from their definitions.
describe.each([
  {
    name: 'Q1_0',
    bytes: [0x00, 0xb8, 0b0000_1101, 0b1000_0000], // d = -0.5
    size: 128,
    // Bits from the lowest on; all others are 0.
    starts: [-0.5, 0.5, -0.5, -0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, -0.5],
    rest: 0.5,
  },
  {
    name: 'Q2_0',
    bytes: [0x00, 0x42, 0b11_10_01_00, 0b00_00_00_11], // d = 3
    size: 64,
    starts: [-3, 0, 3, 6, 6, -3, -3, -3],
    rest: -3,
  },
] as const)('$name by hand', ({ name, bytes, size, starts, rest }) => {
  const block = new Uint8Array(18);
  block.set(bytes);
  const want = Array.from({ length: size }, (_, i) => starts[i] ?? rest);

  it('is read by the reference', () => {
    expect(Array.from(dequantizeReference(name, block))).toEqual(want);
  });

  it('is repacked, two blocks in a row', () => {
    const type = typeNumbered(ggmlTypes[name]);
    const two = new Uint8Array(36);
    two.set(block);
    two.set(block, 18);
    expect(Array.from(repacked(type, two))).toEqual([...want, ...want]);
  });
});

it('every type that can be read is in one of these tests', () => {
  const tested = [...golden.types.map(({ name }) => name), 'Q1_0', 'Q2_0'];
  expect(Array.from(matrixTypes.values(), ({ name }) => name).sort()).toEqual(tested.sort());
});

/** NMSE of the values of a type as the engine has them: of the golden blocks, or of random ones that the reference reads. */
function lossOf(type: SourceType): number {
  const found = golden.types.find(({ name }) => name === type.name);
  if (found)
    return nmse(repacked(type, bytesOf(found.blocks)), new Float32Array(bytesOf(found.values).buffer));
  const data = new Uint8Array(randomBlocks(type.name as GgmlTypeName, 4096, new Random(1), 1));
  return nmse(repacked(type, data), dequantizeReference(type.name, data));
}

/** A Markdown table, its columns as wide as their widest cell. */
function tableOf(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`);
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

it('docs/models.md has the table of all of them', async () => {
  const bytes = (value: number): string => String(Number(value.toFixed(3)));
  const rows = Array.from(matrixTypes.values(), (type) => {
    const { name, blockSize, blockBytes, format, groupSize } = type;
    const loss = lossOf(type);
    return [
      name,
      bytes(blockBytes / blockSize),
      bytes(weightBytes(layoutOf(type, 256)) / 256),
      groupSize === 1 ? format : `${format}, groups of ${groupSize}`,
      loss === 0 ? '0' : loss.toExponential(0),
    ];
  });
  const head = ['type', 'bytes in the file', 'bytes on the GPU', 'layout there', 'loss (NMSE)'];
  const doc = await readFile(new URL('../../../../docs/models.md', import.meta.url), 'utf8');
  expect(doc).toContain(tableOf([head, ...rows]));
});
