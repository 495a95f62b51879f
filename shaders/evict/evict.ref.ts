// CPU twins of eviction's stages.
import { at, type Twin } from '../testing/data.ts';
import type { evictCompact, evictSelect } from './evict.ts';

/** Sorts each KV head's older entries by sum, keeps the best of them and the newest `recent`. */
export const evictSelectTwin: Twin<typeof evictSelect> = ({ sums, flags }, u) => {
  const recent = Math.min(u.recent, u.keep);
  for (let g = 0; g < u.num_kv_heads; g++) {
    const first = g * u.capacity;
    const entries = Array.from({ length: u.num_entries }, (_, i) => i);
    if (u.num_entries <= u.keep) {
      for (const i of entries) flags[first + i] = 1;
      continue;
    }
    const old = entries.slice(0, u.num_entries - recent);
    const byRank = old.sort((a, b) => at(sums, first + b) - at(sums, first + a) || a - b);
    const kept = new Set([...byRank.slice(0, u.keep - recent), ...entries.slice(u.num_entries - recent)]);
    for (const i of entries) flags[first + i] = kept.has(i) ? 1 : 0;
  }
};

/** Pushes the flagged entries of each KV head, in order, onto the next compressed cache. */
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
