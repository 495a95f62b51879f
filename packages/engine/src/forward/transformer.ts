// The transformer's layers as recorded dispatches, shared by compress, recompute and decode. Makes no decision about tokens.
import { intermediateSizeOf, invariant, type ModelConfig } from '@longread/core';
import type { BufferOwner, Gpu } from '@longread/gpu';
import { activationOverrides, gateMul, rmsNorm } from '@longread/shaders';
import { untestedChoice, type KernelChoice } from '../kernels/choose.ts';
import { mixingProjections, type AttentionWeights, type LayerWeights, type Model } from '../load.ts';
import { createActivations, type Activations } from './activations.ts';
import type { CarriedLayer } from './decode-cache.ts';
import { createAttentionGate } from './attention-gate.ts';
import { chooseAttentionKind } from './attention-tiles.ts';
import { createCarrying } from './carrying.ts';
import { createEmbedding } from './embedding.ts';
import { createFusedProjector } from './fused-projector.ts';
import { createHeads } from './heads.ts';
import { createLayerInputs } from './layer-inputs.ts';
import { createScaling } from './scaling.ts';
import {
  createAttention,
  wantedTokens,
  type Attention,
  type LayerCache,
  type PackedLayer,
  type Span,
} from './attention.ts';
import type { Received } from './attention-tiles.ts';
import { createProjector, type RowRange, type TokenRange } from './projector.ts';
import { createStep } from './step.ts';
import { createTokenHeads } from './token-heads.ts';

/** What a pass reports as and how it is cancelled. */
export interface PassOptions {
  readonly during: string;
  readonly signal?: AbortSignal | undefined;
}

export interface Transformer {
  readonly config: ModelConfig;
  readonly activations: Pick<Activations, 'hidden' | 'qkv' | 'logits' | 'anglesOf' | 'attentionKind'>;
  /** Most tokens in one pass. */
  readonly maxTokens: number;
  /** Most keys a pass may see: as many as were asked for, up to now. */
  readonly maxKeys: number;
  /** As Activations'. */
  readonly reach: Activations['reach'];
  /**
   * Whether what a token brings to layers is fetched from outside the GPU: `fetch` comes before `embed` then, and the next token has to be
   * known here before it runs.
   */
  readonly fetches: boolean;
  /** Brings what the tokens of the pass at hand have outside the GPU; nothing in most models. @throws ModelFormatError | IntegrityError */
  fetch(tokens: Uint32Array<ArrayBuffer>): Promise<void>;
  /** hidden <- embedding rows of ids[0 .. numTokens - 1], scaled as the model has them. */
  embed(ids: GPUBuffer, numTokens: number): void;
  /** qkv <- projections of the normed hidden state as they are cached, before rotation; `ranges` picks whole heads, all when absent. */
  project(layer: number, numTokens: number, ranges?: readonly RowRange[]): void;
  /**
   * Behind `project`: hidden <- hidden + attention of `qkv` over the cache, gated where the model gates it; the keys' attention goes where
   * `received` says, if all rows are wanted.
   */
  attend(
    layer: number,
    span: Span,
    cache: LayerCache | PackedLayer,
    options: PassOptions,
    received?: Received,
  ): Promise<void>;
  /**
   * hidden <- hidden + what stands in the place of attention makes of the normed hidden state, in a layer that carries a state: behind
   * what is `carried`, which is what the next pass goes on from afterwards.
   */
  carry(
    layer: number,
    span: Pick<Span, 'numTokens' | 'numWanted'>,
    carried: GPUBuffer,
    options: PassOptions,
  ): Promise<void>;
  /** hidden <- hidden + MLP of the normed hidden state; and what else the layer does behind it. */
  mlp(layer: number, span: Pick<Span, 'numTokens' | 'numWanted'>, options: PassOptions): Promise<void>;
  /** `project` and `attend`, or `carry`, then `mlp` for one token, recorded without a wait. */
  step(layer: number, span: Span, cache: PackedLayer | CarriedLayer): void;
  /** Packs entries that another stage put into a layer's scratch. */
  readonly pack: Attention['pack'];
  /** logits <- LM head of the normed hidden state of one row. */
  head(row: number): void;
}

/**
 * Compiles the model's kernels, those of `choice`, and allocates activations for passes of up to `maxTokens`
 * tokens over, for now, up to `maxKeys` keys.
 * @throws WebGpuUnavailableError (nothing is right here) | OutOfMemoryError | LimitExceededError
 */
export async function createTransformer(
  gpu: Gpu,
  owner: BufferOwner,
  model: Model,
  { maxTokens, maxKeys }: { readonly maxTokens: number; readonly maxKeys: number },
  choice: KernelChoice = untestedChoice(gpu),
): Promise<Transformer> {
  const { config } = model;
  const { recorder } = gpu;
  const { hiddenSize } = config;
  const singleToken: TokenRange = { firstToken: 0, numTokens: 1 };
  const attentionKind = await chooseAttentionKind(gpu, config, choice);
  const buffers = await createActivations(gpu, owner, config, { maxTokens, maxKeys, attentionKind });
  const inSubgroup = { WORKGROUP_SIZE: gpu.facts.subgroupSize };
  const [attention, carrying, heads, projector, fused, norm, gateMulKernel, gateAttention, lookUp, scaling] =
    await Promise.all([
      createAttention(gpu, config, buffers, choice),
      createCarrying(gpu, config, buffers, choice),
      createHeads(gpu, config, buffers, choice),
      createProjector(gpu, model, choice),
      createFusedProjector(gpu, model, choice),
      choice.choose([{ spec: rmsNorm.bodies.plain, overrides: inSubgroup }]),
      choice.choose([{ spec: gateMul.bodies.plain, overrides: activationOverrides(config.activation) }]),
      config.attentionGate ? createAttentionGate(gpu, config, buffers, choice) : undefined,
      createEmbedding(gpu, model, buffers.hidden, choice),
      createScaling(gpu, config, buffers, choice),
    ]);
  const inputs = await createLayerInputs(gpu, model, buffers, projector, choice);

  const { hidden, normed, qkv, attention: attended, gateUp, gated, headInput, logits } = buffers;
  const layerOf = (layer: number): LayerWeights => {
    const weights = model.layers[layer];
    invariant(weights, `there is no layer ${layer}`);
    return weights;
  };
  const attentionOf = (layer: number): LayerWeights & AttentionWeights => {
    const weights = layerOf(layer);
    invariant('qkv' in weights, `layer ${layer} does not attend`);
    return weights;
  };
  const shapeOf = ({ firstToken, numTokens }: TokenRange) => ({
    first_token: firstToken,
    num_tokens: numTokens,
    hidden_size: hiddenSize,
    eps: config.rmsNormEps,
  });
  /** @returns the hidden state as what comes next reads it: normalised, where there is a norm. */
  const normalise = (w: GPUBuffer | undefined, firstToken: number, numTokens: number): GPUBuffer => {
    if (w === undefined) return hidden;
    recorder.dispatch(
      norm,
      { x: hidden, w, y: normed },
      { ...shapeOf({ firstToken, numTokens }), accumulate: 0 },
    );
    return normed;
  };
  /** hidden <- hidden + what the projection gives of `x`, normalised by `postNorm` where there is one. */
  const addProjected = (
    multiply: (y: GPUBuffer, accumulate: boolean) => void,
    postNorm: GPUBuffer | undefined,
    tokens: TokenRange,
  ) => {
    multiply(postNorm ? normed : hidden, postNorm === undefined);
    if (postNorm)
      recorder.dispatch(norm, { x: normed, w: postNorm, y: hidden }, { ...shapeOf(tokens), accumulate: 1 });
  };
  const gate = (layer: number, firstToken: number, numTokens: number) =>
    recorder.dispatch(
      gateMulKernel,
      { x: gateUp, y: gated },
      {
        first_token: firstToken,
        num_tokens: numTokens,
        intermediate_size: intermediateSizeOf(config, layer),
      },
    );
  /** What a layer does behind its MLP: its input comes into the hidden state, and that is scaled. */
  const finish = (layer: number, tokens: TokenRange) => {
    const { input } = layerOf(layer);
    if (input && inputs) {
      inputs.gate(layer, input, tokens);
      addProjected((y, accumulate) => inputs.multiply(input, y, tokens, accumulate), input.postNorm, tokens);
    }
    scaling.scale(layer, tokens);
  };

  const step = createStep(buffers, {
    projector,
    fused,
    carrying,
    tokenHeads: await createTokenHeads(gpu, config, buffers, { heads, attention }, choice),
    attention,
    gateAttention,
    normalise,
    addProjected,
    gate,
  });

  return {
    config,
    activations: buffers,
    maxTokens,
    get maxKeys() {
      return buffers.maxKeys;
    },
    reach: buffers.reach,
    fetches: inputs !== undefined,
    fetch: async (tokens) => inputs?.fetch(tokens),
    embed: (ids, numTokens) => {
      lookUp(ids, numTokens);
      inputs?.project(numTokens);
    },
    project: (layer, numTokens, ranges) => {
      const weights = attentionOf(layer);
      const x = normalise(weights.attentionNorm, 0, numTokens);
      for (const range of heads.whole(layer, weights, ranges)) {
        projector.many(weights.qkv, x, qkv, { firstToken: 0, numTokens }, false, range);
        heads.finish(layer, weights, numTokens, range);
      }
    },
    attend: async (layer, span, cache, { during, signal }, received) => {
      attention.rotate(layer, span, cache);
      const tiles = attention.tiles(layer, span, cache, received);
      while (tiles.next().done !== true) await recorder.pace(signal, during);
      const wanted = wantedTokens(span);
      const weights = attentionOf(layer);
      const { attentionNorm, attentionGate, attentionOutput, postAttentionNorm } = weights;
      if (wanted.numTokens > 0) {
        // What `project` read is still there.
        const x = attentionNorm ? normed : hidden;
        if (attentionGate) projector.many(attentionGate, x, gateUp, wanted, false, undefined);
        gateAttention?.(wanted);
        addProjected(
          (y, accumulate) => projector.many(attentionOutput, attended, y, wanted, accumulate, undefined),
          postAttentionNorm,
          wanted,
        );
      }
      await recorder.pace(signal, during);
    },
    carry: async (layer, span, carried, { during, signal }) => {
      const weights = layerOf(layer);
      const { numTokens } = span;
      const [input, output] = mixingProjections(weights);
      const x = normalise(weights.attentionNorm, 0, numTokens);
      projector.many(input, x, gateUp, { firstToken: 0, numTokens }, false, undefined);
      await recorder.pace(signal, during);
      carrying.mix(weights, numTokens, carried);
      await recorder.pace(signal, during);
      const wanted = wantedTokens(span);
      if (wanted.numTokens > 0)
        addProjected(
          (y, accumulate) => projector.many(output, attended, y, wanted, accumulate, undefined),
          weights.postAttentionNorm,
          wanted,
        );
      await recorder.pace(signal, during);
    },
    mlp: async (layer, span, { during, signal }) => {
      const weights = layerOf(layer);
      const wanted = wantedTokens(span);
      if (wanted.numTokens === 0) return;
      const x = normalise(weights.mlpNorm, wanted.firstToken, wanted.numTokens);
      if (!projector.gatedMany(weights.gateUp, x, gated, wanted)) {
        projector.many(weights.gateUp, x, gateUp, wanted, false, undefined);
        gate(layer, wanted.firstToken, wanted.numTokens);
      }
      await recorder.pace(signal, during);
      addProjected(
        (y, accumulate) => projector.many(weights.down, gated, y, wanted, accumulate, undefined),
        weights.postMlpNorm,
        wanted,
      );
      finish(layer, wanted);
      await recorder.pace(signal, during);
    },
    pack: attention.pack,
    step: (layer, span, cache) => {
      step(layerOf(layer), layer, span, cache);
      finish(layer, singleToken);
    },
    head: (row) => {
      const { lmHead, outputNorm } = model;
      if (row !== 0 || !fused.normed(lmHead, hidden, outputNorm, logits)) {
        normalise(outputNorm, row, 1);
        if (row > 0) recorder.copy(normed, 4 * row * hiddenSize, headInput, 0, 4 * hiddenSize);
        projector.one(lmHead, row > 0 ? headInput : normed, logits, false);
      }
      scaling.cap();
    },
  };
}
