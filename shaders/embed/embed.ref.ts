// CPU twins of context embeddings.
import { at, type Twin } from '../testing/data.ts';
import type { embedExtract, embedQuantize } from './embed.ts';

/** e[t, part] = v / |v| for v = qkv[t, column .. column + head_dim]; a zero vector stays zero. */
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

/** scale = max|e| / 127 per row, quants = round(e / scale) as four signed bytes a word. */
export const embedQuantizeTwin: Twin<typeof embedQuantize> = ({ e, quants, scales }, u) => {
  for (let row = 0; row < u.num_rows; row++) {
    const first = row * u.head_dim;
    let max = 0;
    for (let d = 0; d < u.head_dim; d++) max = Math.max(max, Math.abs(at(e, first + d)));
    const scale = Math.max(max, 1e-30) / 127;
    const quantised = (d: number) => Math.round(at(e, first + d) / scale) & 255;
    for (let d = 0; d < u.head_dim; d += 4) {
      quants[(first + d) / 4] =
        quantised(d) | (quantised(d + 1) << 8) | (quantised(d + 2) << 16) | (quantised(d + 3) << 24);
    }
    scales[row] = scale;
  }
};
