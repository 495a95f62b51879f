// A model's weights as they lie on the GPU, and what reads text with them.
import type { ModelConfig, WeightLayout } from '@longread/core';
import type { ModelFile, Tokenizer } from '@longread/formats';

/** A weight matrix on the GPU in its canonical layout; `rows` may be several tensors stacked. */
export interface Matrix {
  readonly layout: WeightLayout;
  readonly quants: GPUBuffer;
  readonly scales: GPUBuffer;
}

/** Rows of something larger: of a projection's outputs, of a vocabulary. */
export interface MatrixPart {
  readonly matrix: Matrix;
  /** The first one of its rows, of all. */
  readonly outOffset: number;
}

/** One output vector computed by one or more matrices, side by side. Stacked where formats and the device's limits allow. */
export interface Projection {
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly parts: readonly MatrixPart[];
}

/** What attention is made of. */
export interface AttentionWeights {
  /** Of a layer that shares keys and values of another, queries alone. */
  readonly qkv: Projection;
  /** `[(numHeads + 2 numKvHeads) headDim]`; absent where there are none. */
  readonly qkvBias: GPUBuffer | undefined;
  /** `[2, headDim]`: of query heads, of key heads, unless there are none; absent where they are not normalised each by itself. */
  readonly headNorms: GPUBuffer | undefined;
  /** `[numHeads headDim]`, `[numKvHeads headDim]`; absent where heads are not normalised together. */
  readonly togetherNorms: { readonly query: GPUBuffer; readonly key: GPUBuffer } | undefined;
  /** `[numHeads headDim, hiddenSize]`: what gates attention; absent where nothing does. */
  readonly attentionGate: Projection | undefined;
  readonly attentionOutput: Projection;
}

/** What a gated short convolution is made of. */
export interface ConvolutionWeights {
  /** `[3 hiddenSize, hiddenSize]`: input gate, output gate, input. */
  readonly convolutionInput: Projection;
  /** `[hiddenSize, length]` */
  readonly convolution: GPUBuffer;
  readonly convolutionOutput: Projection;
}

/** What a layer with the gated delta rule is made of. */
export interface DeltaWeights {
  /** `[deltaInputs, hiddenSize]`: query, key and value heads, output gates, then beta and alpha of each value head. */
  readonly deltaInput: Projection;
  /** `[deltaChannels, length]` */
  readonly deltaConvolution: GPUBuffer;
  /** `[2, numValueHeads]`: decay, time bias. */
  readonly deltaDecay: GPUBuffer;
  /** `[headDim]`: of what each value head gives. */
  readonly deltaNorm: GPUBuffer;
  readonly deltaOutput: Projection;
}

interface CommonWeights {
  /** Absent where the hidden state goes into attention as it is. */
  readonly attentionNorm: GPUBuffer | undefined;
  /** Absent where what attention and MLP give is added as it is. */
  readonly postAttentionNorm: GPUBuffer | undefined;
  /** Absent where the hidden state goes into the MLP as it is. */
  readonly mlpNorm: GPUBuffer | undefined;
  readonly gateUp: Projection;
  readonly down: Projection;
  readonly postMlpNorm: GPUBuffer | undefined;
  /** Absent where tokens bring nothing to layers. */
  readonly input: InputWeights | undefined;
}

/** What brings the layer's input into the hidden state. */
export interface InputWeights {
  readonly gate: Projection;
  readonly projection: Projection;
  readonly postNorm: GPUBuffer;
}

/** What makes the inputs of all layers of a token. */
export interface LayerInputWeights {
  readonly projection: Projection;
  /** `[size]`, with the factor that the sum of two parts is scaled by. */
  readonly norm: GPUBuffer;
  /** `[ids.length, numLayers size]` rows of the table, which is not on the GPU. */
  readonly rowsOf: NonNullable<ModelFile['layerInputsOf']>;
}

export type LayerWeights = CommonWeights & (AttentionWeights | ConvolutionWeights | DeltaWeights);

/**
 * What a layer's attention, or what stands in its place, reads the hidden state by, and what it adds to it by; and what else it reads it
 * by.
 */
export function mixingProjections(
  weights: LayerWeights,
): readonly [input: Projection, output: Projection, ...gates: Projection[]] {
  if ('convolution' in weights) return [weights.convolutionInput, weights.convolutionOutput];
  if ('deltaInput' in weights) return [weights.deltaInput, weights.deltaOutput];
  const { qkv, attentionOutput, attentionGate } = weights;
  return [qkv, attentionOutput, ...(attentionGate ? [attentionGate] : [])];
}

export interface Model {
  readonly config: ModelConfig;
  readonly sha256: string;
  readonly tokenizer: Tokenizer;
  /** In several parts where the device binds no buffer that holds it. */
  readonly embedding: readonly MatrixPart[];
  readonly layers: readonly LayerWeights[];
  readonly layerInputs: LayerInputWeights | undefined;
  readonly outputNorm: GPUBuffer;
  readonly lmHead: Projection;
}
