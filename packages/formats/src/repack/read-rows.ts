// Streams a tensor's rows out of the file in its canonical layout: one read, one repack, fresh arrays per step.
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

/** Yields runs of whole rows, each from one read of at most `maxBytes` (or one row, if that is larger). */
export async function* readRows(
  source: ByteSource,
  tensor: StoredTensor,
  maxBytes: number,
): AsyncGenerator<WeightRows> {
  const { layout, type, name } = tensor;
  const rowBytes = storedRowBytes(type, layout.cols);
  const rowsPerRead = Math.max(1, Math.floor(maxBytes / rowBytes));
  for (let firstRow = 0; firstRow < layout.rows; firstRow += rowsPerRead) {
    const numRows = Math.min(rowsPerRead, layout.rows - firstRow);
    const offset = tensor.offset + firstRow * rowBytes;
    const blocks = await readExactly(source, offset, numRows * rowBytes, `Tensor "${name}"`);
    const quants = new Uint32Array(numRows * quantWordsPerRow(layout));
    const scales = new Uint32Array(numRows * scaleWordsPerRow(layout));
    const badBlock = type.repack(blocks, quants, scales);
    if (badBlock >= 0) {
      const at = offset + badBlock * type.blockBytes;
      throw new ModelFormatError(
        `Tensor "${name}" has a number out of range at byte ${at} (a scale or value that is infinite or NaN): ` +
          'the file is damaged.',
        { tensor: name, offset: at, type: type.name },
      );
    }
    yield { firstRow, numRows, quants, scales };
  }
}
