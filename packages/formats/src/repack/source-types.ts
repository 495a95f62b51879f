// The table of GGUF tensor types the engine reads: block geometry, canonical target, and the loop that gets there. docs/models.md has it
// with what each loses.
import type { WeightFormat } from '@longread/core';
import { repackQ10, repackQ20 } from './few-bits.ts';
import { repackIQ4NL, repackIQ4XS, repackMXFP4 } from './looked-up.ts';
import { copyF16, copyF32, roundBF16, widenBF16, widenF16 } from './plain.ts';
import { repackQ2K, repackQ3K } from './q2k.ts';
import { repackQ40, repackQ41 } from './q4.ts';
import { repackQ4K, repackQ5K } from './q4k.ts';
import { repackQ50, repackQ51 } from './q5.ts';
import { repackQ6K } from './q6k.ts';
import { repackQ80 } from './q8.ts';

/**
 * Repacks consecutive whole blocks; all views are word-aligned and exactly as long as the blocks need.
 * Returns the index of the first block with a scale or value that is not finite or too large for the layout, or -1.
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

type Loop<Blocks> = (blocks: Blocks, quants: Uint32Array, scales: Uint32Array) => number;

const words =
  (loop: Loop<Uint32Array>): Repack =>
  (b, ...out) =>
    loop(new Uint32Array(b.buffer, b.byteOffset, b.length >> 2), ...out);
const halfwords =
  (loop: Loop<Uint16Array>): Repack =>
  (b, ...out) =>
    loop(new Uint16Array(b.buffer, b.byteOffset, b.length >> 1), ...out);

/** A type by its name, values and bytes a block, layout with group size, and loop. */
function typeOf(
  name: string,
  [blockSize, blockBytes]: readonly [number, number],
  [format, groupSize]: readonly [WeightFormat, number],
  repack: Repack,
): SourceType {
  return { name, blockSize, blockBytes, format, groupSize, repack };
}

/** Matrices: ggml type number -> how to read it. */
export const matrixTypes: ReadonlyMap<number, SourceType> = new Map([
  [0, typeOf('F32', [1, 4], ['f32', 1], words(copyF32))],
  [1, typeOf('F16', [1, 2], ['f16', 1], words(copyF16))],
  [30, typeOf('BF16', [1, 2], ['f16', 1], words(roundBF16))],
  [8, typeOf('Q8_0', [32, 34], ['int8', 32], halfwords(repackQ80))],
  [7, typeOf('Q5_1', [32, 24], ['int8-min', 32], words(repackQ51))],
  [6, typeOf('Q5_0', [32, 22], ['int8', 32], halfwords(repackQ50))],
  [3, typeOf('Q4_1', [32, 20], ['int4', 32], words(repackQ41))],
  [2, typeOf('Q4_0', [32, 18], ['int4', 32], halfwords(repackQ40))],
  [14, typeOf('Q6_K', [256, 210], ['int8', 16], halfwords(repackQ6K))],
  [13, typeOf('Q5_K', [256, 176], ['int8-min', 32], words(repackQ5K))],
  [12, typeOf('Q4_K', [256, 144], ['int4', 32], words(repackQ4K))],
  [11, typeOf('Q3_K', [256, 110], ['int4', 16], halfwords(repackQ3K))],
  [10, typeOf('Q2_K', [256, 84], ['int4', 16], words(repackQ2K))],
  [20, typeOf('IQ4_NL', [32, 18], ['int8', 32], halfwords(repackIQ4NL))],
  [23, typeOf('IQ4_XS', [256, 136], ['int8', 32], words(repackIQ4XS))],
  [39, typeOf('MXFP4', [32, 17], ['int8', 32], repackMXFP4)],
  [42, typeOf('Q2_0', [64, 18], ['int4', 32], halfwords(repackQ20))],
  [41, typeOf('Q1_0', [128, 18], ['int4', 32], halfwords(repackQ10))],
]);

/** Norms are always f32 in the engine. */
export const normTypes: ReadonlyMap<number, SourceType> = new Map([
  [0, typeOf('F32', [1, 4], ['f32', 1], words(copyF32))],
  [1, typeOf('F16', [1, 2], ['f32', 1], halfwords(widenF16))],
  [30, typeOf('BF16', [1, 2], ['f32', 1], halfwords(widenBF16))],
]);
