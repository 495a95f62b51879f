// CPU twin of unpack-cache: keys, then values, row by row.
import { rowWords, unpackRow } from '../lib/packed-rows.ref.ts';
import type { Twin } from '../testing/data.ts';
import type { unpackCache } from './unpack-cache.ts';

export const unpackCacheTwin: Twin<typeof unpackCache> = ({ packed, keys, values }, u) => {
  [keys, values].forEach((to, kind) => {
    for (let head = 0; head < u.num_kv_heads; head++) {
      for (let slot = 0; slot < u.num_slots; slot++) {
        const row = (kind * u.num_kv_heads + head) * u.capacity + slot;
        to.set(
          unpackRow(packed, row * rowWords(u.head_dim), u.head_dim),
          (head * u.capacity + slot) * u.head_dim,
        );
      }
    }
  });
};
