// Attention received that fades from query to query, for strategies by which what was attended to long ago counts less.
import type { ModelConfig } from '@longread/core';
import type { Gpu } from '@longread/gpu';
import { attentionFade } from '@longread/shaders';

/** Rows of a pass whose attention is about to be summed. */
export interface FadedRows {
  readonly numTokens: number;
  /** Rows of the pass behind them. */
  readonly numBehind: number;
  /** Rows of the buffers of a tile. */
  readonly tileRows: number;
}

export interface Fading {
  /**
   * The attention that a tile's queries pay, by how many of the pass are behind each.
   *
   * @param x `[numHeads, tileRows]`: what probabilities are multiplied by, or, as `norms`, logs of what they are divided by.
   */
  rows(x: GPUBuffer, rows: FadedRows, are: 'factors' | 'norms'): void;
  /** What was received before a pass of `numTokens` queries: of `[numKvHeads, capacity]` the first `numSlots` of each head. */
  before(sums: GPUBuffer, capacity: number, numSlots: number, numTokens: number): void;
}

/**
 * @param rate -ln of what one query leaves of what was received before it.
 * @throws ShaderCompileError
 */
export async function createFading(
  { kernels, recorder }: Gpu,
  { numHeads, numKvHeads }: Pick<ModelConfig, 'numHeads' | 'numKvHeads'>,
  rate: number,
): Promise<Fading> {
  const [factors, norms] = await Promise.all([
    kernels.get(attentionFade.bodies.plain),
    kernels.get(attentionFade.bodies.plain, { LOGS: 1 }),
  ]);
  const kernelsOf = { factors, norms };
  return {
    rows: (x, { numTokens, numBehind, tileRows }, are) =>
      recorder.dispatch(
        kernelsOf[are],
        { x },
        {
          num_rows: numHeads,
          num_columns: numTokens,
          stride: tileRows,
          steps: numBehind + numTokens - 1,
          fewer: 1,
          rate,
        },
      ),
    before: (sums, capacity, numSlots, numTokens) => {
      if (numSlots === 0) return;
      const shape = { num_rows: numKvHeads, num_columns: numSlots, stride: capacity };
      recorder.dispatch(factors, { x: sums }, { ...shape, steps: numTokens, fewer: 0, rate });
    },
  };
}
