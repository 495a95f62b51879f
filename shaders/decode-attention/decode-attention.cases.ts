// The data of a decode attention case, for the tests of its kernels and the self-test. And the cases of that.
import { randomRows } from '../lib/packed-rows.ref.ts';
import { caseOf, casesOf, type Cases } from '../testing/case.ts';
import { poisonF32, type Random } from '../testing/data.ts';
import {
  decodeAttentionReduceTwin,
  splitQuadTwin,
  splitTwin,
  splitWorkgroupTwin,
} from './decode-attention.ref.ts';
import { decodeAttentionReduce, decodeAttentionSplit, partialVectors, splitsOf } from './decode-attention.ts';

export interface DecodeShape {
  readonly first_key?: number;
  readonly num_keys: number;
  readonly num_kv_heads: number;
  readonly group_size: number;
  readonly head_dim: number;
  readonly num_splits?: number;
}

/** By `kernel`'s number of splits unless the shape has one, at `sharpness` times the usual scale of scores. */
export function splitCase(kernel: { readonly name: string }, shape: DecodeShape, sharpness: number) {
  const { first_key = 0, num_keys, num_kv_heads, group_size, head_dim } = shape;
  const capacity = first_key + num_keys + 3;
  const numBlocks = num_kv_heads * Math.ceil(group_size / 4);
  const { num_splits = splitsOf(kernel, num_keys, numBlocks) } = shape;
  return {
    uniforms: { ...shape, first_key, capacity, num_splits, scale: sharpness * head_dim ** -0.5 },
    buffers: (random: Random) => ({
      q: random.f32(num_kv_heads * group_size * head_dim),
      packed: randomRows(random, 2 * num_kv_heads * capacity, head_dim),
      partial: poisonF32(
        4 * num_kv_heads * Math.ceil(group_size / 4) * num_splits * partialVectors(head_dim),
      ),
    }),
    tolerance: 'reduction-f32',
  } as const;
}

/** Whole splits and a ragged one, of either size, as many as the quads of a workgroup of 32; three query heads a KV head. */
const step = { first_key: 5, num_keys: 475, num_kv_heads: 2, group_size: 3, head_dim: 64 };
const numSplits = splitsOf(decodeAttentionSplit.bodies.plain, step.num_keys, step.num_kv_heads);
const numHeads = step.num_kv_heads * step.group_size;
const partialLength = 4 * step.num_kv_heads * numSplits * partialVectors(step.head_dim);

const { quad: inQuads, workgroup: inWorkgroups } = decodeAttentionSplit.bodies;

export const decodeAttentionCases: Cases = {
  ...casesOf(decodeAttentionSplit, (kernel) => ({ kernel, twin: splitTwin, ...splitCase(kernel, step, 1) })),
  [inQuads.name]: () => caseOf({ kernel: inQuads, twin: splitQuadTwin, ...splitCase(inQuads, step, 1) }),
  [inWorkgroups.name]: () =>
    caseOf({ kernel: inWorkgroups, twin: splitWorkgroupTwin, ...splitCase(inWorkgroups, step, 1) }),
  ...casesOf(decodeAttentionReduce, (kernel) => ({
    kernel,
    twin: decodeAttentionReduceTwin,
    uniforms: {
      num_heads: numHeads,
      group_size: step.group_size,
      head_dim: step.head_dim,
      num_splits: numSplits,
    },
    buffers: (random) => ({
      partial: random.f32(partialLength).map((value) => Math.abs(value) + 0.1),
      y: poisonF32(numHeads * step.head_dim),
    }),
    tolerance: 'reduction-f32',
  })),
};
