// CPU twins of packing and unpacking: keys, then values, row by row.
import { packRow, rowWords, unpackRow } from '../lib/packed-rows.ref.ts';
import type { Twin } from '../testing/data.ts';
import type { packedCachePack, packedCacheUnpack } from './packed-cache.ts';

export const packedCachePackTwin: Twin<typeof packedCachePack> = ({ keys, values, packed }, u) => {
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

export const packedCacheUnpackTwin: Twin<typeof packedCacheUnpack> = ({ packed, keys, values }, u) => {
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
