// CPU twin of embedding-lookup: y[t] = scale * row ids[t] of the embedding matrix, dequantised, where the part has that row.
import { weightAt } from '../lib/weights.ref.ts';
import { at, type Twin } from '../testing/data.ts';
import type { embeddingLookup } from './embedding-lookup.ts';

export const embeddingLookupTwin: Twin<typeof embeddingLookup> = ({ quants, scales, ids, y }, u, o) => {
  for (let t = 0; t < u.num_tokens; t++) {
    const row = at(ids, t) - u.first_row;
    if (row < 0 || row >= u.num_rows) continue;
    for (let c = 0; c < u.hidden_size; c++) {
      y[t * u.hidden_size + c] = u.scale * weightAt(quants, scales, o, u.hidden_size, row, c);
    }
  }
};
