// The table of GGUF tensor types the engine reads: block geometry, canonical target, and the loop that gets there.
import type { WeightFormat } from '@longread/core';
import { copyF16, copyF32, widenF16 } from './plain.ts';
import { repackQ40, repackQ41 } from './q4.ts';
import { repackQ6K } from './q6k.ts';
import { repackQ80 } from './q8.ts';

/**
 * Repacks consecutive whole blocks; all views are word-aligned and exactly as long as the blocks need.
 * Returns the index of the first block with a non-finite scale or value, or -1.
 */
type Repack = (blocks: Uint8Array<ArrayBuffer>, quants: Uint32Array, scales: Uint32Array) => number;

export interface SourceType {
  readonly name: string;
  /** Values in a block. */
  readonly blockSize: number;
  readonly blockBytes: number;
  readonly format: WeightFormat;
  readonly groupSize: number;
  readonly repack: Repack;
}

const words = (b: Uint8Array<ArrayBuffer>): Uint32Array =>
  new Uint32Array(b.buffer, b.byteOffset, b.length >> 2);
const halfwords = (b: Uint8Array<ArrayBuffer>): Uint16Array =>
  new Uint16Array(b.buffer, b.byteOffset, b.length >> 1);

const f32: SourceType = {
  name: 'F32',
  blockSize: 1,
  blockBytes: 4,
  format: 'f32',
  groupSize: 1,
  repack: (blocks, quants) => copyF32(words(blocks), quants),
};

const f16: SourceType = {
  name: 'F16',
  blockSize: 1,
  blockBytes: 2,
  format: 'f16',
  groupSize: 1,
  repack: (blocks, quants) => copyF16(words(blocks), quants),
};

const q40: SourceType = {
  name: 'Q4_0',
  blockSize: 32,
  blockBytes: 18,
  format: 'int4',
  groupSize: 32,
  repack: (blocks, quants, scales) => repackQ40(halfwords(blocks), quants, scales),
};

const q41: SourceType = {
  name: 'Q4_1',
  blockSize: 32,
  blockBytes: 20,
  format: 'int4',
  groupSize: 32,
  repack: (blocks, quants, scales) => repackQ41(words(blocks), quants, scales),
};

const q80: SourceType = {
  name: 'Q8_0',
  blockSize: 32,
  blockBytes: 34,
  format: 'int8',
  groupSize: 32,
  repack: (blocks, quants, scales) => repackQ80(halfwords(blocks), quants, scales),
};

const q6k: SourceType = {
  name: 'Q6_K',
  blockSize: 256,
  blockBytes: 210,
  format: 'int8',
  groupSize: 16,
  repack: (blocks, quants, scales) => repackQ6K(halfwords(blocks), quants, scales),
};

/** Matrices: ggml type number -> how to read it. */
export const matrixTypes: ReadonlyMap<number, SourceType> = new Map([
  [0, f32],
  [1, f16],
  [2, q40],
  [3, q41],
  [8, q80],
  [14, q6k],
]);

/** Norms are always f32 in the engine. */
export const normTypes: ReadonlyMap<number, SourceType> = new Map([
  [0, f32],
  [1, { ...f16, format: 'f32', repack: (blocks, quants) => widenF16(halfwords(blocks), quants) }],
]);
