// CPU twin of embed-extract: e[t, part] = v / |v| for v = qkv[t, column .. column + head_dim]; a zero vector stays zero.
import { at, type Twin } from '../testing/data.ts';
import type { embedExtract } from './embed-extract.ts';

export const embedExtractTwin: Twin<typeof embedExtract> = ({ qkv, e }, u) => {
  for (let t = 0; t < u.num_tokens; t++) {
    const v = t * u.row_stride + u.column;
    let sum = 0;
    for (let d = 0; d < u.head_dim; d++) sum += at(qkv, v + d) ** 2;
    const norm = Math.sqrt(sum) || 1;
    for (let d = 0; d < u.head_dim; d++) {
      e[(t * u.num_parts + u.part) * u.head_dim + d] = at(qkv, v + d) / norm;
    }
  }
};
