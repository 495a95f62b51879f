// CPU twins of rotary embedding (RoFormer, arXiv 2104.09864).
import { biasTwin } from '../bias/bias.ref.ts';
import { packedCachePackTwin } from '../packed-cache/packed-cache.ref.ts';
import { rmsNormHeadsTwin } from '../rms-norm/rms-norm.ref.ts';
import { at, type Twin } from '../testing/data.ts';
import type { ropeCache, ropeKept, ropeToken } from './rope.ts';

/** The table the kernels read: (cos, sin) of position * theta^(-2i / rotary_dim) for pair i. */
export function ropeAngles(
  numPositions: number,
  rotaryDim: number,
  theta: number,
): Float32Array<ArrayBuffer> {
  const numPairs = rotaryDim / 2;
  return new Float32Array(2 * numPositions * numPairs).map((_, at) => {
    const pair = Math.floor(at / 2) % numPairs;
    const position = Math.floor(at / 2 / numPairs);
    const angle = position * theta ** ((-2 * pair) / rotaryDim);
    return at % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
  });
}

/** Two elements of a head, and what they rotate by. */
interface Turn {
  readonly first: number;
  readonly second: number;
  readonly cos: number;
  readonly sin: number;
}

/** The pairs of a head in a slot; behind the first `rotary_dim` elements they do not turn. */
function turnsOf(
  angles: ArrayLike<number>,
  slot: number,
  { head_dim, rotary_dim }: { readonly head_dim: number; readonly rotary_dim: number },
  halfPairs: number,
): readonly Turn[] {
  return Array.from({ length: head_dim / 2 }, (_, i) => {
    const neighbours = { first: 2 * i, second: 2 * i + 1 };
    if (2 * i >= rotary_dim) return { ...neighbours, cos: 1, sin: 0 };
    const angle = slot * rotary_dim + 2 * i;
    const places = halfPairs === 1 ? { first: i, second: i + rotary_dim / 2 } : neighbours;
    return { ...places, cos: at(angles, angle), sin: at(angles, angle + 1) };
  });
}

/** q and k rotated, v copied. */
export const ropeCacheTwin: Twin<typeof ropeCache> = ({ qkv, angles, q, keys, values }, u, o) => {
  const numRows = u.num_heads + 2 * u.num_kv_heads;
  for (let i = 0; i < u.num_tokens; i++) {
    const token = u.first_token + i;
    const slot = u.first_slot + i;
    for (let row = 0; row < numRows; row++) {
      const from = (token * numRows + row) * u.head_dim;
      const kvHead = (row - u.num_heads) % u.num_kv_heads;
      const inCache = (kvHead * u.capacity + slot) * u.head_dim;
      const isQuery = row < u.num_heads;
      const isKey = !isQuery && row < u.num_heads + u.num_kv_heads;
      const [out, to] = isQuery
        ? [q, (token * u.num_heads + row) * u.head_dim]
        : [isKey ? keys : values, inCache];
      for (const { first, second, ...turn } of turnsOf(angles, slot, u, o.HALF_PAIRS)) {
        const { cos, sin } = isQuery || isKey ? turn : { cos: 1, sin: 0 };
        const [a, b] = [at(qkv, from + first), at(qkv, from + second)];
        out[to + first] = a * cos - b * sin;
        out[to + second] = a * sin + b * cos;
      }
    }
  }
};

/** The compressed cache's keys rotated by their slot; values as they are. */
export const ropeKeptTwin: Twin<typeof ropeKept> = ({ kept_kv, angles, keys, values }, u, o) => {
  const plane = u.num_kv_heads * u.budget * u.head_dim;
  for (let g = 0; g < u.num_kv_heads; g++) {
    for (let slot = 0; slot < u.num_slots; slot++) {
      const from = (g * u.budget + slot) * u.head_dim;
      const to = (g * u.capacity + slot) * u.head_dim;
      for (const { first, second, cos, sin } of turnsOf(angles, slot, u, o.HALF_PAIRS)) {
        const [a, b] = [at(kept_kv, from + first), at(kept_kv, from + second)];
        keys[to + first] = a * cos - b * sin;
        keys[to + second] = a * sin + b * cos;
        values[to + first] = at(kept_kv, plane + from + first);
        values[to + second] = at(kept_kv, plane + from + second);
      }
    }
  }
};

/** What the operations do that it stands for, one behind the other. */
export const ropeTokenTwin: Twin<typeof ropeToken> = ({ qkv, angles, b, w, q, packed }, u, o) => {
  const { num_heads, num_kv_heads, head_dim, capacity, slot, eps } = u;
  const width = (num_heads + 2 * num_kv_heads) * head_dim;
  // Where one by one they round.
  const x = new Float32Array(qkv.subarray(0, width));
  const row = { num_tokens: 1, row_stride: width };
  if (o.BIAS === 1)
    biasTwin({ b, y: x }, { ...row, first_column: 0, num_columns: width }, { WORKGROUP_SIZE: 1 });
  const heads = { num_heads, head_dim, first_head: 0, num_normed: num_heads + num_kv_heads };
  if (o.NORMED === 1) rmsNormHeadsTwin({ x, w }, { ...row, ...heads, eps }, { WORKGROUP_SIZE: 1 });
  const [keys, values] = [0, 1].map(() => new Float32Array(num_kv_heads * capacity * head_dim));
  if (keys === undefined || values === undefined) return;
  const pass = { ...u, num_tokens: 1, first_token: 0, first_slot: slot };
  ropeCacheTwin({ qkv: x, angles, q, keys, values }, pass, o);
  packedCachePackTwin({ keys, values, packed }, { ...pass, num_slots: 1 }, o);
};
