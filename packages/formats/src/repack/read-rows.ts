// Streams a tensor's rows out of the file in its canonical layout: one read and one repack a step, all steps in the same arrays.
// A load passes several times the file's size through them; fresh arrays would wait for the collector by the hundred megabytes.
import {
  ModelFormatError,
  quantWordsPerRow,
  scaleWordsPerRow,
  type WeightLayout,
  type WeightRows,
} from '@longread/core';
import { readExactly, type ByteSource } from '../byte-source.ts';
import type { SourceType } from './source-types.ts';

/** Where a validated tensor lies in the file and how it is stored there. */
export interface StoredTensor {
  readonly name: string;
  readonly layout: WeightLayout;
  readonly type: SourceType;
  /** Byte offset in the file. */
  readonly offset: number;
}

/** Bytes of one row as stored. */
export function storedRowBytes(type: SourceType, cols: number): number {
  return (cols / type.blockSize) * type.blockBytes;
}

/** Arrays that all tensors of a file are repacked into, one after the other. */
export interface RowBuffers {
  quants: Uint32Array<ArrayBuffer>;
  scales: Uint32Array<ArrayBuffer>;
}

/** The first `length` words of an array that is replaced when it is too small. */
function wordsOf(buffers: RowBuffers, name: keyof RowBuffers, length: number): Uint32Array<ArrayBuffer> {
  if (buffers[name].length < length) buffers[name] = new Uint32Array(length);
  return buffers[name].subarray(0, length).fill(0);
}

/**
 * Yields runs of whole rows, each from one read of at most `maxBytes` (or one row, if that is larger). A run is good until the
 * next is asked for.
 */
export async function* readRows(
  source: ByteSource,
  tensor: StoredTensor,
  maxBytes: number,
  buffers: RowBuffers,
): AsyncGenerator<WeightRows> {
  const { layout, type, name } = tensor;
  const rowBytes = storedRowBytes(type, layout.cols);
  const rowsPerRead = Math.max(1, Math.floor(maxBytes / rowBytes));
  for (let firstRow = 0; firstRow < layout.rows; firstRow += rowsPerRead) {
    const numRows = Math.min(rowsPerRead, layout.rows - firstRow);
    const offset = tensor.offset + firstRow * rowBytes;
    const blocks = await readExactly(source, offset, numRows * rowBytes, `Tensor "${name}"`);
    const quants = wordsOf(buffers, 'quants', numRows * quantWordsPerRow(layout));
    const scales = wordsOf(buffers, 'scales', numRows * scaleWordsPerRow(layout));
    const badBlock = type.repack(blocks, quants, scales);
    if (badBlock >= 0) {
      const at = offset + badBlock * type.blockBytes;
      throw new ModelFormatError(
        `Tensor "${name}" has a number out of range at byte ${at} (a scale or value that is infinite or NaN, or too large ` +
          `to compute with as ${type.name}): the file is damaged, or of a model that this engine cannot run.`,
        { tensor: name, offset: at, type: type.name },
      );
    }
    yield { firstRow, numRows, quants, scales };
  }
}
