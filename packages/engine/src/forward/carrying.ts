// What stands in the place of attention in layers that carry a state, from its projected input to what its output projection reads: the
// gated short convolution, and the gated delta rule.
import {
  deltaChannels,
  deltaInputs,
  invariant,
  type ConvolutionLayers,
  type DeltaLayers,
  type ModelConfig,
} from '@longread/core';
import type { Gpu } from '@longread/gpu';
import {
  deltaRuleCarry,
  deltaRuleConvolve,
  deltaRuleRecur,
  outputGate,
  outputGates,
  rmsNormHeads,
  shortConvolutionCarry,
  shortConvolutionMix,
} from '@longread/shaders';
import { untestedChoice, type KernelChoice } from '../kernels/choose.ts';
import type { ConvolutionWeights, DeltaWeights, LayerWeights } from '../load.ts';
import type { Activations } from './activations.ts';

/**
 * Records, for the tokens whose projected input is in `gateUp`: attention <- what the layer makes of them behind what is `carried`, which
 * is what the next pass goes on from afterwards.
 */
type Mix<W> = (weights: W, numTokens: number, carried: GPUBuffer) => void;

export interface Carrying {
  readonly mix: Mix<LayerWeights>;
}

type Buffers = Pick<Activations, 'gateUp' | 'gated' | 'attention' | 'deltaScales'>;

/** @throws WebGpuUnavailableError (nothing is right here) */
export async function createCarrying(
  gpu: Gpu,
  config: ModelConfig,
  buffers: Buffers,
  choice: KernelChoice = untestedChoice(gpu),
): Promise<Carrying> {
  const { convolution, delta } = config;
  const [convolve, recur] = await Promise.all([
    convolution && createConvolution(gpu, convolution, config.hiddenSize, buffers, choice),
    delta && createDelta(gpu, delta, config.rmsNormEps, buffers, choice),
  ]);
  return {
    mix: (weights, numTokens, carried) => {
      if ('convolution' in weights) convolve?.(weights, numTokens, carried);
      else if ('deltaInput' in weights) recur?.(weights, numTokens, carried);
      else invariant(false, 'a layer that attends carries nothing');
    },
  };
}

async function createConvolution(
  gpu: Gpu,
  { length }: ConvolutionLayers,
  hiddenSize: number,
  { gateUp: x, attention: y }: Buffers,
  choice: KernelChoice,
): Promise<Mix<ConvolutionWeights>> {
  const [mix, carry] = await Promise.all([
    choice.choose([{ spec: shortConvolutionMix.bodies.plain, overrides: {} }]),
    choice.choose([{ spec: shortConvolutionCarry.bodies.plain, overrides: {} }]),
  ]);
  return ({ convolution: w }, numTokens, carried) => {
    const shape = { num_tokens: numTokens, hidden_size: hiddenSize, length };
    gpu.recorder.dispatch(mix, { x, w, carried, y }, shape);
    gpu.recorder.dispatch(carry, { x, carried }, shape);
  };
}

/** What is added to the square of a key's length, and of a query's. */
const lengthEps = 1e-6;

async function createDelta(
  gpu: Gpu,
  delta: DeltaLayers,
  eps: number,
  { gateUp: x, gated: qkv, attention: y, deltaScales: scales }: Buffers,
  choice: KernelChoice,
): Promise<Mix<DeltaWeights>> {
  invariant(scales, 'a model with delta layers has their scales');
  const { recorder, facts } = gpu;
  const { numKeyHeads, numValueHeads, headDim, length } = delta;
  const [convolve, carry, norm, recur, gate] = await Promise.all([
    choice.choose([{ spec: deltaRuleConvolve.bodies.plain, overrides: {} }]),
    choice.choose([{ spec: deltaRuleCarry.bodies.plain, overrides: {} }]),
    choice.choose([{ spec: rmsNormHeads.bodies.plain, overrides: { WORKGROUP_SIZE: facts.subgroupSize } }]),
    choice.choose([{ spec: deltaRuleRecur.bodies.plain, overrides: {} }]),
    choice.choose([{ spec: outputGate.bodies.plain, overrides: outputGates.silu }]),
  ]);
  const numChannels = deltaChannels(delta);
  const numValues = numValueHeads * headDim;
  const rowStride = deltaInputs(delta);
  const states = { num_key_heads: numKeyHeads, num_value_heads: numValueHeads, state_dim: headDim };
  return ({ deltaConvolution, deltaDecay, deltaNorm }, numTokens, carried) => {
    const rows = { num_tokens: numTokens, row_stride: rowStride };
    const channels = { ...rows, num_channels: numChannels, length };
    recorder.dispatch(convolve, { x, w: deltaConvolution, carried, y: qkv }, channels);
    recorder.dispatch(carry, { x, carried }, channels);
    const heads = { num_tokens: numTokens, first_head: 0, head_dim: headDim };
    recorder.dispatch(
      norm,
      { x: qkv, w: scales },
      {
        ...heads,
        num_normed: 2 * numKeyHeads,
        num_heads: numKeyHeads,
        row_stride: numChannels,
        eps: lengthEps / headDim,
      },
    );
    recorder.dispatch(
      recur,
      { x, qkv, w: deltaDecay, carried, y },
      {
        ...rows,
        ...states,
        first_gate: numChannels + numValues,
        state_offset: (length - 1) * numChannels,
      },
    );
    recorder.dispatch(
      norm,
      { x: y, w: deltaNorm },
      { ...heads, num_normed: numValueHeads, num_heads: numValueHeads, row_stride: numValues, eps },
    );
    recorder.dispatch(
      gate,
      { x, y },
      { ...rows, first_token: 0, first_column: numChannels, num_columns: numValues },
    );
  };
}
