// What each token brings to each layer beside its embedding, in models where it does (LayerInputs): made of a row of a table that is not
// on the GPU and of a projection of the embedding, and brought into the hidden state behind each layer's MLP.
import { invariant } from '@longread/core';
import type { Gpu } from '@longread/gpu';
import { layerInputsWidth } from '@longread/planner';
import { activationOverrides, layerInputsGate, rmsNormHeads } from '@longread/shaders';
import type { KernelChoice } from '../kernels/choose.ts';
import type { InputWeights, Model, Projection } from '../load.ts';
import type { Activations } from './activations.ts';
import type { Projector, TokenRange } from './projector.ts';

/** Values of rows of the table in the heap at a time. */
const valuesAtOnce = 256 * 1024;

export interface ModelInputs {
  /** Uploads what the table has of the tokens, for the pass at hand. @throws ModelFormatError | IntegrityError (the file is gone) */
  fetch(tokens: Uint32Array<ArrayBuffer>): Promise<void>;
  /** Records the other part, of the embeddings in the hidden state. */
  project(numTokens: number): void;
  /** Records: gated <- the input of the layer, gated by the hidden state, for the tokens. */
  gate(layer: number, weights: InputWeights, tokens: TokenRange): void;
  /** Records: y (+)= the projection of `gated`, for the tokens. */
  multiply(weights: InputWeights, y: GPUBuffer, tokens: TokenRange, accumulate: boolean): void;
}

/** @throws WebGpuUnavailableError (nothing is right here) */
export async function createLayerInputs(
  gpu: Gpu,
  { config, layerInputs: weights }: Pick<Model, 'config' | 'layerInputs'>,
  buffers: Activations,
  projector: Projector,
  choice: KernelChoice,
): Promise<ModelInputs | undefined> {
  const { layerInputs: shape } = config;
  if (shape === undefined) return undefined;
  const inputs = buffers.layerInputs;
  invariant(weights && inputs, 'a model whose layers have inputs has what makes them');
  const { recorder, facts } = gpu;
  const { size } = shape;
  const width = layerInputsWidth(config);
  const overrides = { WORKGROUP_SIZE: facts.subgroupSize };
  const [norm, gate] = await Promise.all([
    choice.choose([{ spec: rmsNormHeads.bodies.plain, overrides }]),
    choice.choose([
      { spec: layerInputsGate.bodies.plain, overrides: activationOverrides(config.activation) },
    ]),
  ]);
  const { hidden, gateUp, gated } = buffers;
  // Rows are as large as embeddings are, and the sum of the two parts is scaled.
  const scale = Math.sqrt(size) * Math.SQRT1_2;
  /** Tokens whose rows are there. */
  let numFetched = 0;
  const multiply = (of: Projection, x: GPUBuffer, y: GPUBuffer, tokens: TokenRange, accumulate = false) => {
    if (tokens.numTokens === 1 && tokens.firstToken === 0) projector.one(of, x, y, accumulate);
    else projector.many(of, x, y, tokens, accumulate, undefined);
  };
  return {
    fetch: async (tokens) => {
      numFetched = 0;
      const step = Math.max(1, Math.floor(valuesAtOnce / width));
      for (let first = 0; first < tokens.length; first += step) {
        const rows = await weights.rowsOf(tokens.subarray(first, first + step));
        gpu.write(
          inputs.rows,
          4 * first * width,
          rows.map((value) => value * scale),
        );
      }
      numFetched = tokens.length;
    },
    project: (numTokens) => {
      invariant(numTokens === numFetched, `rows of ${numFetched} tokens for a pass of ${numTokens}`);
      multiply(weights.projection, hidden, inputs.projected, { firstToken: 0, numTokens });
      recorder.dispatch(
        norm,
        { x: inputs.projected, w: weights.norm },
        {
          num_tokens: numTokens,
          first_head: 0,
          num_normed: config.numLayers,
          num_heads: config.numLayers,
          head_dim: size,
          row_stride: width,
          // Projections are scaled by the root of the hidden size, which the norm undoes but for this.
          eps: config.rmsNormEps * config.hiddenSize,
        },
      );
    },
    gate: (layer, { gate: projection }, tokens) => {
      const { firstToken, numTokens } = tokens;
      multiply(projection, hidden, gateUp, tokens);
      recorder.dispatch(
        gate,
        { x: gateUp, projected: inputs.projected, rows: inputs.rows, y: gated },
        {
          first_token: firstToken,
          num_tokens: numTokens,
          size,
          first_column: layer * size,
          row_stride: width,
        },
      );
    },
    multiply: ({ projection }, y, tokens, accumulate) => multiply(projection, gated, y, tokens, accumulate),
  };
}
