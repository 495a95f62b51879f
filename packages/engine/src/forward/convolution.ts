// The gated short convolution of a layer, from its projected input to what its output projection reads.
import type { ConvolutionLayers } from '@longread/core';
import type { Gpu } from '@longread/gpu';
import { shortConvolutionCarry, shortConvolutionMix } from '@longread/shaders';
import { untestedChoice, type KernelChoice } from '../kernels/choose.ts';
import type { Activations } from './activations.ts';

/**
 * Records, for the tokens whose projected input is in `gateUp`: attention <- what the convolution by `w` gives of them behind those that
 * are `carried`, and carried <- their last.
 */
export type Convolve = (w: GPUBuffer, numTokens: number, carried: GPUBuffer) => void;

/** @throws WebGpuUnavailableError (nothing is right here) */
export async function createConvolution(
  gpu: Gpu,
  { length }: ConvolutionLayers,
  hiddenSize: number,
  { gateUp: x, attention: y }: Pick<Activations, 'gateUp' | 'attention'>,
  choice: KernelChoice = untestedChoice(gpu),
): Promise<Convolve> {
  const [mix, carry] = await Promise.all([
    choice.choose([{ spec: shortConvolutionMix.bodies.plain, overrides: {} }]),
    choice.choose([{ spec: shortConvolutionCarry.bodies.plain, overrides: {} }]),
  ]);
  return (w, numTokens, carried) => {
    const shape = { num_tokens: numTokens, hidden_size: hiddenSize, length };
    gpu.recorder.dispatch(mix, { x, w, carried, y }, shape);
    gpu.recorder.dispatch(carry, { x, carried }, shape);
  };
}
