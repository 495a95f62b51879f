// CPU twins of matvec and of its fused forms: matmul's with one token.
import { matmulGatedTwin, matmulTwin } from '../matmul/matmul.ref.ts';
import { rmsNormTwin } from '../rms-norm/rms-norm.ref.ts';
import type { Twin } from '../testing/data.ts';
import type { matvec, matvecFused, matvecGated } from './matvec.ts';

export const matvecTwin: Twin<typeof matvec> = (buffers, u, o) =>
  matmulTwin(buffers, { ...u, first_token: 0, num_tokens: 1, out_stride: buffers.y.length }, o);

export const matvecGatedTwin: Twin<typeof matvecGated> = (buffers, u, o) =>
  matmulGatedTwin(buffers, { ...u, first_token: 0, num_tokens: 1 }, o);

export const matvecFusedTwin: Twin<typeof matvecFused> = ({ quants, scales, x, norm, y }, u, o) => {
  const { in_features, out_features, out_offset, eps } = u;
  const normed = new Float32Array(in_features);
  const row = { first_token: 0, num_tokens: 1, hidden_size: in_features, eps, accumulate: 0 };
  if (o.NORMED === 1) rmsNormTwin({ x, w: norm, y: normed }, row, o);
  const shape = { first_token: 0, num_tokens: 1, in_features, out_features };
  const buffers = { quants, scales, x: o.NORMED === 1 ? normed : x, y: y.subarray(out_offset) };
  if (o.GATED === 1) matmulGatedTwin(buffers, shape, o);
  else
    matmulTwin(
      buffers,
      { ...shape, weight_row: 0, out_offset: 0, out_stride: out_features, accumulate: 0 },
      o,
    );
};
