// CPU twin of evict-compact: pushes the flagged entries of each KV head, in order, onto the next compressed cache.
import { at, type Twin } from '../testing/data.ts';
import type { evictCompact } from './evict-compact.ts';

export const evictCompactTwin: Twin<typeof evictCompact> = (
  { flags, sums, kept_kv, qkv, next_kv, next_sums },
  u,
) => {
  const plane = u.num_kv_heads * u.budget * u.head_dim;
  const stride = (u.num_heads + 2 * u.num_kv_heads) * u.head_dim;
  for (let g = 0; g < u.num_kv_heads; g++) {
    let slot = 0;
    for (let entry = 0; entry < u.num_entries; entry++) {
      if (at(flags, g * u.capacity + entry) === 0) continue;
      for (let d = 0; d < u.head_dim; d++) {
        const kept = (g * u.budget + entry) * u.head_dim + d;
        const fresh = (entry - u.num_slots) * stride + (u.num_heads + g) * u.head_dim + d;
        const isKept = entry < u.num_slots;
        const to = (g * u.budget + slot) * u.head_dim + d;
        next_kv[to] = isKept ? at(kept_kv, kept) : at(qkv, fresh);
        next_kv[plane + to] = isKept
          ? at(kept_kv, plane + kept)
          : at(qkv, fresh + u.num_kv_heads * u.head_dim);
      }
      next_sums[g * u.budget + slot] = at(sums, g * u.capacity + entry);
      slot++;
    }
  }
};
