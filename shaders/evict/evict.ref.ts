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

/** As a stored state holds a row: whole numbers up to 2^19 - 1 times a power of two, the largest of them at least 2^18 where that can be. */
export function roundedRow(row: readonly number[]): readonly number[] {
  const [leastNormal, most] = [2 ** -126, 2 ** 19 - 1];
  const normal = row.map((x) => (Number.isFinite(x) && Math.abs(x) >= leastNormal ? x : 0));
  const peak = Math.max(...normal.map(Math.abs));
  let scale = leastNormal;
  while (scale * 2 ** 19 <= peak) scale *= 2;
  return row.map((x, i) => {
    if (!Number.isFinite(x)) return NaN;
    const quant = Math.min(most, Math.max(-most, roundHalfToEven(at(normal, i) / scale)));
    return quant * scale + 0; // one zero
  });
}

function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

/** Pushes the flagged entries of each KV head, in order, onto the next compressed cache; those that are new rounded. */
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
      const to = (g * u.budget + slot) * u.head_dim;
      const kept = (g * u.budget + entry) * u.head_dim;
      const fresh = (entry - u.num_slots) * stride + (u.num_heads + g) * u.head_dim;
      const isKept = entry < u.num_slots;
      for (const part of [0, 1]) {
        const source = isKept ? part * plane + kept : fresh + part * u.num_kv_heads * u.head_dim;
        const row = Array.from((isKept ? kept_kv : qkv).subarray(source, source + u.head_dim));
        next_kv.set(isKept ? row : roundedRow(row), part * plane + to);
      }
      next_sums[g * u.budget + slot] = at(sums, g * u.capacity + entry);
      slot++;
    }
  }
};
