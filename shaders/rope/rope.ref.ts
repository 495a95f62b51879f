// CPU twins of rotary embedding (RoFormer, arXiv 2104.09864).
import { at, type Twin } from '../testing/data.ts';
import type { ropeCache, ropeKept } from './rope.ts';

/** The table the kernels read: (cos, sin) of position * theta^(-2i / head_dim) for pair i. */
export function ropeAngles(numPositions: number, headDim: number, theta: number): Float32Array<ArrayBuffer> {
  const numPairs = headDim / 2;
  return new Float32Array(2 * numPositions * numPairs).map((_, at) => {
    const pair = Math.floor(at / 2) % numPairs;
    const position = Math.floor(at / 2 / numPairs);
    const angle = position * theta ** ((-2 * pair) / headDim);
    return at % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
  });
}

/** The two elements of a head that rotate together as pair i. */
function pairOf(i: number, headDim: number, halfPairs: number): readonly [number, number] {
  return halfPairs === 1 ? [i, i + headDim / 2] : [2 * i, 2 * i + 1];
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
      for (let pair = 0; pair < u.head_dim / 2; pair++) {
        const [first, second] = pairOf(pair, u.head_dim, o.HALF_PAIRS);
        const angle = slot * u.head_dim + 2 * pair;
        const [cos, sin] = isQuery || isKey ? [at(angles, angle), at(angles, angle + 1)] : [1, 0];
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
      for (let pair = 0; pair < u.head_dim / 2; pair++) {
        const [first, second] = pairOf(pair, u.head_dim, o.HALF_PAIRS);
        const angle = slot * u.head_dim + 2 * pair;
        const [cos, sin] = [at(angles, angle), at(angles, angle + 1)];
        const [a, b] = [at(kept_kv, from + first), at(kept_kv, from + second)];
        keys[to + first] = a * cos - b * sin;
        keys[to + second] = a * sin + b * cos;
        values[to + first] = at(kept_kv, plane + from + first);
        values[to + second] = at(kept_kv, plane + from + second);
      }
    }
  }
};
