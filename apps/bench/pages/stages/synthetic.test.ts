// Models made from a seed are what a file of the same sizes would be: every row once, and weights of about the size of real ones.
import { quantWordsPerRow, scaleWordsPerRow } from '@longread/core';
import { describe, expect, test } from 'vitest';
import { shapeNames } from './driver.ts';
import { syntheticModel } from './synthetic.ts';

const maxBytes = 1 << 20;

describe.each(shapeNames)('%s', (name) => {
  const { file } = syntheticModel(name);
  const { config, tensors } = file;
  const find = (wanted: string) => {
    const found = tensors.find(({ id }) => id.role === wanted);
    if (found === undefined) throw new Error(`no ${wanted}`);
    return found;
  };

  test('has the tensors of its layers, and an LM head where none is shared', () => {
    const outside = config.tiedEmbeddings ? 2 : 3;
    expect(tensors).toHaveLength(9 * config.numLayers + outside);
    expect(tensors.some(({ id }) => id.role === 'lmHead')).toBe(!config.tiedEmbeddings);
  });

  test('gives every row once, in runs that fit', async () => {
    const { layout } = find('key');
    let nextRow = 0;
    for await (const { firstRow, numRows, quants, scales } of file.readRows(find('key'), maxBytes)) {
      expect(firstRow).toBe(nextRow);
      expect(quants).toHaveLength(numRows * quantWordsPerRow(layout));
      expect(scales).toHaveLength(numRows * scaleWordsPerRow(layout));
      expect(quants.byteLength).toBeLessThanOrEqual(maxBytes);
      nextRow += numRows;
    }
    expect(nextRow).toBe(layout.rows);
  });
});

/** IEEE 754 binary16, normal numbers only. */
const halfOf = (bits: number) =>
  (bits & 0x8000 ? -1 : 1) * 2 ** (((bits >> 10) & 31) - 15) * (1 + (bits & 1023) / 1024);

test('f16 weights are normal numbers of about 1 / sqrt(cols), of both signs', async () => {
  const { file } = syntheticModel('1.7b-f16');
  const tensor = file.tensors.find(({ id }) => id.role === 'down');
  if (tensor === undefined) throw new Error('no down');
  const rows = await file.readRows(tensor, maxBytes)[Symbol.asyncIterator]().next();
  if (rows.done) throw new Error('no rows');
  const values = Array.from(rows.value.quants).flatMap((word) => [
    halfOf(word & 0xffff),
    halfOf(word >>> 16),
  ]);
  const sizes = values.map((value) => Math.abs(value) * Math.sqrt(tensor.layout.cols));
  expect(Math.min(...sizes.slice(0, 10_000))).toBeGreaterThan(0.3);
  expect(Math.max(...sizes.slice(0, 10_000))).toBeLessThan(1.5);
  const positive = values.filter((value) => value > 0).length / values.length;
  expect(positive).toBeCloseTo(0.5, 1);
});
