// What gates attention in models that do so: the sigmoid of a projection, element by element.
import type { ModelConfig } from '@longread/core';
import type { Gpu } from '@longread/gpu';
import { outputGate, outputGates } from '@longread/shaders';
import type { KernelChoice } from '../kernels/choose.ts';
import type { Activations } from './activations.ts';
import type { TokenRange } from './projector.ts';

/** Records: attention <- attention times the sigmoid of what is in `gateUp`, for the tokens. */
export type GateAttention = (tokens: TokenRange) => void;

/** @throws WebGpuUnavailableError (nothing is right here) */
export async function createAttentionGate(
  { recorder }: Gpu,
  { numHeads, headDim }: ModelConfig,
  { gateUp: x, attention: y }: Pick<Activations, 'gateUp' | 'attention'>,
  choice: KernelChoice,
): Promise<GateAttention> {
  const kernel = await choice.choose([{ spec: outputGate.bodies.plain, overrides: outputGates.sigmoid }]);
  const width = numHeads * headDim;
  return ({ firstToken, numTokens }) =>
    recorder.dispatch(
      kernel,
      { x, y },
      {
        first_token: firstToken,
        num_tokens: numTokens,
        first_column: 0,
        num_columns: width,
        row_stride: width,
      },
    );
}
