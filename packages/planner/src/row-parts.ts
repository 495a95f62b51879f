// How a matrix that is larger than a device binds is cut into several by its rows: an LM head of 262,144 rows takes 336 MB in f16, and
// WebGPU promises 128 MiB.
import { quantWordsPerRow, scaleWordsPerRow, type WeightLayout } from '@longread/core';

/** Rows that parts are multiples of, where so many fit: kernels work on blocks of them. */
const wantedRows = 64;

/** Bytes of a row in the larger of a matrix's two buffers. */
function rowBytes(layout: WeightLayout): number {
  return 4 * Math.max(quantWordsPerRow(layout), scaleWordsPerRow(layout));
}

/** Bytes of the smallest part that a matrix is cut into. */
export function smallestPartBytes(layout: WeightLayout): number {
  return Math.min(wantedRows, layout.rows) * rowBytes(layout);
}

/**
 * Rows of each part of a matrix, about as many in all: as few parts as there can be of which no buffer exceeds `maxBytes`. A part has one
 * row at least, which the memory plan has found to fit (checkMemory).
 */
export function planRowParts(layout: WeightLayout, maxBytes: number): readonly number[] {
  const { rows } = layout;
  const fitting = Math.max(1, Math.floor(maxBytes / rowBytes(layout)));
  if (rows <= fitting) return [rows];
  const step = Math.min(wantedRows, 2 ** Math.floor(Math.log2(fitting)));
  const most = fitting - (fitting % step);
  const each = Math.ceil(rows / Math.ceil(rows / most) / step) * step;
  return Array.from({ length: Math.ceil(rows / each) }, (_, i) => Math.min(each, rows - i * each));
}
