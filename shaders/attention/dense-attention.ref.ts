// Causal softmax attention as the textbook has it, in f64: what the attention kernels must be as a whole.
import { at, type Data } from '../testing/data.ts';

export interface DenseAttention {
  /** [num_tokens, num_heads * head_dim] */
  readonly y: Float64Array;
  /** [num_kv_heads, num_slots + num_tokens]: probability each key receives, over all queries and the group's heads. */
  readonly sums: Float64Array;
}

/** @param shape.capacity rows per KV head in `keys` and `values`; the first num_slots are kept entries, then the chunk. */
export function denseAttention(
  q: Data,
  keys: Data,
  values: Data,
  shape: {
    readonly numTokens: number;
    readonly numSlots: number;
    readonly numHeads: number;
    readonly groupSize: number;
    readonly headDim: number;
    readonly capacity: number;
    readonly scale: number;
  },
): DenseAttention {
  const { numTokens, numSlots, numHeads, groupSize, headDim, capacity } = shape;
  const numKeys = numSlots + numTokens;
  const y = new Float64Array(numTokens * numHeads * headDim);
  const sums = new Float64Array((numHeads / groupSize) * numKeys);
  for (let t = 0; t < numTokens; t++) {
    for (let h = 0; h < numHeads; h++) {
      const kvHead = Math.floor(h / groupSize);
      const query = (t * numHeads + h) * headDim;
      const scores = new Float64Array(numSlots + t + 1).map((_, j) => {
        let dot = 0;
        for (let d = 0; d < headDim; d++) {
          dot += at(q, query + d) * at(keys, (kvHead * capacity + j) * headDim + d);
        }
        return shape.scale * dot;
      });
      const max = Math.max(...scores);
      const exps = scores.map((score) => Math.exp(score - max));
      const total = exps.reduce((a, b) => a + b);
      exps.forEach((exp, j) => {
        const p = exp / total;
        sums[kvHead * numKeys + j] = at(sums, kvHead * numKeys + j) + p;
        for (let d = 0; d < headDim; d++) {
          y[query + d] = at(y, query + d) + p * at(values, (kvHead * capacity + j) * headDim + d);
        }
      });
    }
  }
  return { y, sums };
}
