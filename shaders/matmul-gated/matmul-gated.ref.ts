// CPU twin of matmul-gated: y[t, n] = silu(w[n] . x[t]) * (w[out_features + n] . x[t])
import { matvecGatedTwin } from '../matvec-gated/matvec-gated.ref.ts';
import type { Twin } from '../testing/data.ts';
import type { matmulGated } from './matmul-gated.ts';

export const matmulGatedTwin: Twin<typeof matmulGated> = ({ x, y, ...weights }, u, o) => {
  const rowOf = <T extends { subarray(from: number, to: number): T }>(
    data: T,
    token: number,
    width: number,
  ) => data.subarray(token * width, (token + 1) * width);
  for (let token = u.first_token; token < u.first_token + u.num_tokens; token++)
    matvecGatedTwin(
      { ...weights, x: rowOf(x, token, u.in_features), y: rowOf(y, token, u.out_features) },
      u,
      o,
    );
};
