// CPU twin of pack-cache: keys, then values, row by row.
import { packRow, rowWords } from '../lib/packed-rows.ref.ts';
import type { Twin } from '../testing/data.ts';
import type { packCache } from './pack-cache.ts';

export const packCacheTwin: Twin<typeof packCache> = ({ keys, values, packed }, u) => {
  [keys, values].forEach((from, kind) => {
    for (let head = 0; head < u.num_kv_heads; head++) {
      for (let slot = u.first_slot; slot < u.first_slot + u.num_slots; slot++) {
        const row = (head * u.capacity + slot) * u.head_dim;
        const to = (kind * u.num_kv_heads + head) * u.capacity + slot;
        packRow(from.slice(row, row + u.head_dim), packed, to * rowWords(u.head_dim));
      }
    }
  });
};
