// A key that stands for many tokens: attention counts it as often as tokens went into it. It is that of slot 0.
import type { Gpu } from '@longread/gpu';
import { attentionFade, flashAttentionWeigh } from '@longread/shaders';

type Names<N extends string, T> = Readonly<Record<N, T>>;

export interface Weighing {
  /** Behind attention/scores: the scores of a tile, `[numRows, keyStride]`. */
  scores(s: GPUBuffer, numRows: number, keyStride: number): void;
  /** Behind flash-attention/output, its buffers and uniforms. */
  output(
    buffers: Names<'q' | 'keys' | 'values' | 'y' | 'norms', GPUBuffer>,
    shape: Names<
      | 'first_token'
      | 'num_tokens'
      | 'num_heads'
      | 'group_size'
      | 'head_dim'
      | 'capacity'
      | 'tile_rows'
      | 'scale',
      number
    >,
  ): void;
}

/** @returns the weighing by a number of tokens. @throws ShaderCompileError */
export async function createWeighing({ kernels, recorder }: Gpu): Promise<(weight: number) => Weighing> {
  const [scores, output] = await Promise.all([
    kernels.get(attentionFade.bodies.plain, { LOGS: 1 }),
    kernels.get(flashAttentionWeigh.bodies.plain),
  ]);
  return (weight) => ({
    scores: (s, num_rows, stride) =>
      recorder.dispatch(
        scores,
        { x: s },
        { num_rows, num_columns: 1, stride, steps: 1, fewer: 0, rate: Math.log(weight) },
      ),
    output: (buffers, shape) => recorder.dispatch(output, buffers, { ...shape, more: weight - 1 }),
  });
}
