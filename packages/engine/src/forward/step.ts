// A layer for one token, recorded without a wait, in as few dispatches as the device's kernels allow: what a dispatch costs a GPU beside
// its work is paid in every layer of every token.
import { invariant } from '@longread/core';
import { mixingProjections, type LayerWeights, type Projection } from '../load.ts';
import type { Activations } from './activations.ts';
import type { GateAttention } from './attention-gate.ts';
import type { Attention, PackedLayer, Span } from './attention.ts';
import type { Carrying } from './carrying.ts';
import type { CarriedLayer } from './decode-cache.ts';
import type { FusedProjector } from './fused-projector.ts';
import type { Projector, TokenRange } from './projector.ts';
import type { TokenHeads } from './token-heads.ts';

/** What a layer is made of; the functions record. */
export interface StepParts {
  readonly projector: Projector;
  readonly fused: FusedProjector;
  readonly carrying: Carrying;
  readonly tokenHeads: TokenHeads;
  readonly attention: Attention;
  readonly gateAttention: GateAttention | undefined;
  /** Returns the hidden state as what comes next reads it: normalised, where there is a norm. */
  readonly normalise: (norm: GPUBuffer | undefined, firstToken: number, numTokens: number) => GPUBuffer;
  /** hidden <- hidden + what `multiply` puts where it is told to, normalised where there is a norm. */
  readonly addProjected: (
    multiply: (y: GPUBuffer, accumulate: boolean) => void,
    norm: GPUBuffer | undefined,
    tokens: TokenRange,
  ) => void;
  /** gated <- activated(gate) * up of what the layer has put into `gateUp`. */
  readonly gate: (layer: number, firstToken: number, numTokens: number) => void;
}

/** Records: hidden <- hidden behind the layer's MLP. */
export type Step = (
  weights: LayerWeights,
  layer: number,
  span: Span,
  cache: PackedLayer | CarriedLayer,
) => void;

const token: TokenRange = { firstToken: 0, numTokens: 1 };

export function createStep(
  { hidden, qkv, attention: attended, gateUp, gated }: Activations,
  {
    projector,
    fused,
    carrying,
    tokenHeads,
    attention,
    gateAttention,
    normalise,
    addProjected,
    gate,
  }: StepParts,
): Step {
  /** What reads the hidden state: its norm goes into the products where it can, and else before the first of them. */
  const readerOf = (norm: GPUBuffer | undefined) => {
    let x: GPUBuffer | undefined;
    const normalised = () => (x ??= normalise(norm, 0, 1));
    const project = (projection: Projection, y: GPUBuffer) => {
      if (norm === undefined || !fused.normed(projection, hidden, norm, y))
        projector.one(projection, normalised(), y, false);
    };
    return { normalised, project };
  };
  return (weights, layer, span, cache) => {
    const [input, output] = mixingProjections(weights);
    const toMixer = readerOf(weights.attentionNorm);
    if ('carried' in cache) {
      toMixer.project(input, gateUp);
      carrying.mix(weights, 1, cache.carried);
    } else {
      invariant('qkv' in weights, `layer ${layer} does not attend`);
      toMixer.project(input, qkv);
      tokenHeads(layer, weights, span, cache);
      attention.one(layer, span, cache);
      if (weights.attentionGate) toMixer.project(weights.attentionGate, gateUp);
      gateAttention?.(token);
    }
    addProjected(
      (y, accumulate) => projector.one(output, attended, y, accumulate),
      weights.postAttentionNorm,
      token,
    );
    const { mlpNorm, gateUp: both, down } = weights;
    const toMlp = readerOf(mlpNorm);
    if (!fused.gated(both, hidden, mlpNorm, gated) && !projector.gatedOne(both, toMlp.normalised, gated)) {
      toMlp.project(both, gateUp);
      gate(layer, 0, 1);
    }
    addProjected((y, accumulate) => projector.one(down, gated, y, accumulate), weights.postMlpNorm, token);
  };
}
