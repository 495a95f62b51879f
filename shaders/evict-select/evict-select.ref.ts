// CPU twin of evict-select: sorts each KV head's older entries by sum, keeps the best of them and the newest `recent`.
import { at, type Twin } from '../testing/data.ts';
import type { evictSelect } from './evict-select.ts';

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
