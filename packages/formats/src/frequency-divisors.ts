// The divisors of rotary frequencies that Llama 3.1 and later bring as a tensor: read with the header, as they are a part of the
// configuration and no weight of a layer.
import { invariant, ModelFormatError } from '@longread/core';
import type { ByteSource } from './byte-source.ts';
import { readRows, type StoredTensor } from './repack/read-rows.ts';

/** `[headDim / 2]`. Throws ModelFormatError naming the tensor when one is no divisor. */
export async function readFrequencyDivisors(source: ByteSource, tensor: StoredTensor): Promise<number[]> {
  const buffers = { quants: new Uint32Array(), scales: new Uint32Array() };
  const { name } = tensor;
  for await (const { quants } of readRows(source, tensor, Infinity, buffers)) {
    const divisors = [...new Float32Array(quants.buffer, quants.byteOffset, quants.length)];
    const at = divisors.findIndex((value) => value <= 0);
    if (at === -1) return divisors;
    throw new ModelFormatError(
      `Tensor "${name}" divides the frequency of pair ${at} by ${divisors[at]}: the file is damaged. Fetch it again.`,
      { tensor: name, pair: at, value: divisors[at] ?? NaN },
    );
  }
  invariant(false, `${name} has no row`);
}
