// Self-test cases of what a layer computes besides products: norms, rotation, activation, attention.
import { attentionScoresQuad } from '../attention-scores-quad/attention-scores-quad.ts';
import { attentionScores } from '../attention-scores/attention-scores.ts';
import { attentionValuesQuad } from '../attention-values-quad/attention-values-quad.ts';
import { attentionValues } from '../attention-values/attention-values.ts';
import { columnSumsTwin } from '../column-sums/column-sums.ref.ts';
import { columnSums } from '../column-sums/column-sums.ts';
import { rmsNormTwin } from '../rms-norm/rms-norm.ref.ts';
import { rmsNorm } from '../rms-norm/rms-norm.ts';
import { ropeAngles, ropeCacheTwin } from '../rope-cache/rope-cache.ref.ts';
import { ropeCache } from '../rope-cache/rope-cache.ts';
import { siluMulTwin } from '../silu-mul/silu-mul.ref.ts';
import { siluMul } from '../silu-mul/silu-mul.ts';
import { softmaxRowsTwin } from '../softmax-rows/softmax-rows.ref.ts';
import { softmaxRows } from '../softmax-rows/softmax-rows.ts';
import { scoresCase, valuesCase } from '../testing/attention-case.ts';
import { poisonF32 } from '../testing/data.ts';
import { caseOf, type Cases } from './case.ts';

/** Nine tokens behind thirty kept entries; two query heads a KV head. */
const pass = { num_tokens: 9, first_token: 0, num_slots: 30, num_heads: 4, group_size: 2, head_dim: 64 };
const numKeys = pass.num_slots + pass.num_tokens;
const numKvHeads = pass.num_heads / pass.group_size;
const capacity = 48;
const tile = { tile_rows: 16, key_stride: 48 };
const tileLength = pass.num_heads * tile.tile_rows * tile.key_stride;

/** More rows than two quads of lanes take, and keys for several quads: a lane or quad that took another's place would show. */
const tall = { ...pass, num_tokens: 70, num_slots: 61 };

/** Where a row sees a key. */
function isVisible(i: number): boolean {
  const row = Math.floor(i / tile.key_stride) % tile.tile_rows;
  return row < pass.num_tokens && i % tile.key_stride <= pass.num_slots + row;
}

export const layerCases: Cases = {
  [rmsNorm.name]: () =>
    caseOf({
      kernel: rmsNorm,
      twin: rmsNormTwin,
      uniforms: { first_token: 1, num_tokens: 3, hidden_size: 132, eps: 1e-5 },
      buffers: (random) => ({ x: random.f32(5 * 132), w: random.f32(132), y: poisonF32(5 * 132) }),
      tolerance: 'reduction-f32',
    }),
  [siluMul.name]: () =>
    caseOf({
      kernel: siluMul,
      twin: siluMulTwin,
      uniforms: { first_token: 1, num_tokens: 3, intermediate_size: 132 },
      buffers: (random) => ({ x: random.f32(5 * 264, 8), y: poisonF32(5 * 132) }),
      tolerance: 'elementwise-f32',
    }),
  [ropeCache.name]: () =>
    caseOf({
      kernel: ropeCache,
      twin: ropeCacheTwin,
      uniforms: {
        num_tokens: pass.num_tokens,
        first_token: 0,
        first_slot: pass.num_slots,
        num_heads: pass.num_heads,
        num_kv_heads: numKvHeads,
        head_dim: pass.head_dim,
        capacity,
      },
      buffers: (random) => ({
        qkv: random.f32((pass.num_tokens + 1) * (pass.num_heads + 2 * numKvHeads) * pass.head_dim),
        angles: ropeAngles(numKeys, pass.head_dim, 10_000),
        q: poisonF32((pass.num_tokens + 1) * pass.num_heads * pass.head_dim),
        keys: poisonF32(numKvHeads * capacity * pass.head_dim),
        values: poisonF32(numKvHeads * capacity * pass.head_dim),
      }),
      tolerance: { q: 'elementwise-f32', keys: 'elementwise-f32', values: 'exact' },
    }),
  [attentionScores.name]: () => caseOf(scoresCase(attentionScores, { rows: 16, keys: 16 }, tall)),
  [attentionScoresQuad.name]: () => caseOf(scoresCase(attentionScoresQuad, { rows: 32, keys: 8 }, tall)),
  [softmaxRows.name]: () =>
    caseOf({
      kernel: softmaxRows,
      twin: softmaxRowsTwin,
      uniforms: {
        num_tokens: pass.num_tokens,
        first_token: 0,
        num_slots: pass.num_slots,
        num_heads: pass.num_heads,
        ...tile,
      },
      buffers: (random) => ({
        s: random.f32(tileLength, 8),
        factors: poisonF32(pass.num_heads * tile.tile_rows),
      }),
      tolerance: 'reduction-f32',
    }),
  [attentionValues.name]: () => caseOf(valuesCase(attentionValues, tall)),
  [attentionValuesQuad.name]: () => caseOf(valuesCase(attentionValuesQuad, tall)),
  [columnSums.name]: () =>
    caseOf({
      kernel: columnSums,
      twin: columnSumsTwin,
      uniforms: {
        num_tokens: pass.num_tokens,
        num_keys: numKeys,
        num_kv_heads: numKvHeads,
        group_size: pass.group_size,
        capacity,
        ...tile,
      },
      buffers: (random) => ({
        s: random.f32(tileLength).map((value, i) => (isVisible(i) ? Math.abs(value) : 0)),
        factors: random.f32(pass.num_heads * tile.tile_rows).map(Math.abs),
        sums: random.f32(numKvHeads * capacity).map(Math.abs),
      }),
      tolerance: 'reduction-f32',
    }),
};
