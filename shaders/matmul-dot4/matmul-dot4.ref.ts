// CPU twin of matmul-dot4: unpacks the int8 inputs and multiplies as matmul does. What quantising costs is another test's matter.
import { matmulTwin } from '../matmul/matmul.ref.ts';
import { at, type Data, type Twin } from '../testing/data.ts';
import type { matmulDot4 } from './matmul-dot4.ts';

export const matmulDot4Twin: Twin<typeof matmulDot4> = (buffers, u, o) =>
  matmulTwin({ ...buffers, x: unpackInputs(buffers.x) }, u, o);

/** f32 values of what quantize-inputs packed. */
export function unpackInputs(packed: Data): Float32Array<ArrayBuffer> {
  const values = new Float32Array((32 * packed.length) / 10);
  const scales = new Float32Array(packed.buffer, packed.byteOffset, packed.length);
  for (let group = 0; group < packed.length / 10; group++) {
    for (let i = 0; i < 32; i++) {
      const quant = (at(packed, 10 * group + (i >> 2)) << (24 - 8 * (i % 4))) >> 24;
      values[32 * group + i] = at(scales, 10 * group + 8) * quant;
    }
  }
  return values;
}
