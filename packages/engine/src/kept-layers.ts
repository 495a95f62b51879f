// Kept entries of a cache's layers between the GPU and the host, where they are one layer behind the other.
import { invariant, type CompressState } from '@longread/core';
import type { Gpu } from '@longread/gpu';

export interface KeptLayer {
  readonly headDim: number;
  /** `[2, numKvHeads, budget, headDim]`: keys, then values. */
  readonly kv: GPUBuffer;
  /** `[numKvHeads, budget]` */
  readonly sums: GPUBuffer;
}

interface Shape {
  readonly numKvHeads: number;
  readonly budget: number;
}

type Entries = Pick<CompressState, 'numSlots' | 'keys' | 'values' | 'headDims' | 'scores'>;

/** Where the entries of each layer begin in a row of all of them, and behind the last one their end. */
function startsOf(layers: readonly KeptLayer[], { numKvHeads }: Shape, numSlots: number): readonly number[] {
  const starts = [0];
  for (const { headDim } of layers) starts.push((starts.at(-1) ?? 0) + numKvHeads * numSlots * headDim);
  return starts;
}

/** The first `numSlots` entries of each head. @throws DeviceLostError */
export async function readEntries(
  { recorder }: Gpu,
  layers: readonly KeptLayer[],
  shape: Shape,
  numSlots: number,
): Promise<Entries> {
  const { numKvHeads, budget } = shape;
  const starts = startsOf(layers, shape, numSlots);
  const keys = new Float32Array(starts.at(-1) ?? 0);
  const values = new Float32Array(keys.length);
  const scores = new Float32Array(layers.length * numKvHeads * numSlots);
  for (const [index, { kv: kvBuffer, sums, headDim }] of layers.entries()) {
    const [kvBytes, sumBytes] = await recorder.readAll(
      [kvBuffer, sums].map((buffer) => ({ buffer, bytes: buffer.size })),
    );
    invariant(kvBytes && sumBytes, 'two buffers were read');
    const kv = new Float32Array(kvBytes);
    const received = new Float32Array(sumBytes);
    const headFloats = numSlots * headDim;
    for (let head = 0; head < numKvHeads; head++) {
      const to = (starts[index] ?? 0) + head * headFloats;
      const [k, v] = [head * budget * headDim, (numKvHeads + head) * budget * headDim];
      keys.set(kv.subarray(k, k + headFloats), to);
      values.set(kv.subarray(v, v + headFloats), to);
      const row = index * numKvHeads + head;
      scores.set(received.subarray(head * budget, head * budget + numSlots), row * numSlots);
    }
  }
  return { numSlots, keys, values, headDims: layers.map(({ headDim }) => headDim), scores };
}

/** Puts back what `readEntries` gave. */
export function writeEntries(gpu: Gpu, layers: readonly KeptLayer[], shape: Shape, entries: Entries): void {
  const { numKvHeads, budget } = shape;
  const { numSlots, keys, values, scores } = entries;
  const starts = startsOf(layers, shape, numSlots);
  for (const [index, { kv, sums, headDim }] of layers.entries()) {
    const headFloats = numSlots * headDim;
    for (let head = 0; head < numKvHeads; head++) {
      const from = (starts[index] ?? 0) + head * headFloats;
      gpu.write(kv, 4 * head * budget * headDim, keys.subarray(from, from + headFloats));
      gpu.write(kv, 4 * (numKvHeads + head) * budget * headDim, values.subarray(from, from + headFloats));
      const row = index * numKvHeads + head;
      gpu.write(sums, 4 * head * budget, scores.subarray(row * numSlots, (row + 1) * numSlots));
    }
  }
}
