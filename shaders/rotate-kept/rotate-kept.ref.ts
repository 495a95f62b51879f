// CPU twin of rotate-kept: the compressed cache's keys rotated by their slot; values as they are.
import { pairOf } from '../rope-cache/rope-cache.ref.ts';
import { at, type Twin } from '../testing/data.ts';
import type { rotateKept } from './rotate-kept.ts';

export const rotateKeptTwin: Twin<typeof rotateKept> = ({ kept_kv, angles, keys, values }, u, o) => {
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
