// CPU twins of matvec and of its gated form: matmul's with one token.
import { matmulGatedTwin, matmulTwin } from '../matmul/matmul.ref.ts';
import type { Twin } from '../testing/data.ts';
import type { matvec, matvecGated } from './matvec.ts';

export const matvecTwin: Twin<typeof matvec> = (buffers, u, o) =>
  matmulTwin(buffers, { ...u, first_token: 0, num_tokens: 1, out_stride: buffers.y.length }, o);

export const matvecGatedTwin: Twin<typeof matvecGated> = (buffers, u, o) =>
  matmulGatedTwin(buffers, { ...u, first_token: 0, num_tokens: 1 }, o);
