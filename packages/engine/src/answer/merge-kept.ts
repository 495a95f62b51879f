// How the strategy zsmerge merges a layer's entries, on the host: a page of a site fetches it with the first question that is asked so.
import { invariant, type ModelConfig } from '@longread/core';
import type { Gpu } from '@longread/gpu';
import { mergedTokens, mergeRows, planMerged } from '@longread/planner';
import type { Merging } from '../evict-layer.ts';
import type { Weighing } from '../forward/weighing.ts';

export { mergeFading } from '@longread/planner';

/** @param weigh the weighing by a number of tokens. */
export function createMerging(
  gpu: Gpu,
  config: ModelConfig,
  budget: number,
  weigh: (numTokens: number) => Weighing,
): Merging {
  const { numHeads, numKvHeads } = config;
  return {
    weighing: (numRead) => {
      const numTokens = mergedTokens(budget, numRead);
      return numTokens > 1 ? weigh(numTokens) : undefined;
    },
    merge: async ({ from, to, qkv, sums, numSlots, chunkTokens, keep, numRead }, options) => {
      const size = from.headDim;
      const width = (numHeads + 2 * numKvHeads) * size;
      const capacity = sums.size / 4 / numKvHeads;
      const read = await gpu.recorder.readAll(
        [
          { buffer: from.kv, bytes: from.kv.size },
          { buffer: qkv, bytes: 4 * chunkTokens * width },
          { buffer: sums, bytes: sums.size },
        ],
        options,
      );
      const [kept, chunk, received] = read.map((bytes) => new Float32Array(bytes));
      invariant(kept && chunk && received, 'three buffers were read');
      const numEntries = numSlots + chunkTokens;
      const numMerged = mergedTokens(keep, numRead);
      for (let head = 0; head < numKvHeads; head++) {
        const scores = received.subarray(head * capacity, head * capacity + numEntries);
        const flags = planMerged(scores, keep, numRead);
        gpu.write(to.sums, 4 * head * budget, mergeRows(scores, flags, numMerged));
        for (const plane of [head, numKvHeads + head]) {
          const at = plane * budget * size;
          const rows = new Float32Array(numEntries * size);
          rows.set(kept.subarray(at, at + numSlots * size));
          for (let t = 0; t < chunkTokens; t++) {
            const start = t * width + (numHeads + plane) * size;
            rows.set(chunk.subarray(start, start + size), (numSlots + t) * size);
          }
          gpu.write(to.kv, 4 * at, mergeRows(rows, flags, numMerged));
        }
      }
    },
  };
}
