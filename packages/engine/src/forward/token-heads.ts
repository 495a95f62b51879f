// What stands between the projections of one token and its attention, in one dispatch where the device does it right: biases, norms of
// query and key heads, rotation, and packing into the cache. Decode's; passes of many tokens take it apart (heads.ts, attention.ts).
import { headDimOf, invariant, isSharing, rotaryDimOf, type ModelConfig } from '@longread/core';
import type { Gpu } from '@longread/gpu';
import { ropeOverrides, tokenVariants } from '@longread/shaders';
import type { KernelChoice } from '../kernels/choose.ts';
import type { AttentionWeights } from '../load.ts';
import type { Activations } from './activations.ts';
import type { Attention, PackedLayer, Span } from './attention.ts';
import type { Heads } from './heads.ts';

/** Records: q <- rotated queries of `qkv`, and the layer's cache at `firstSlot` <- keys and values, of one token. */
export type TokenHeads = (
  layer: number,
  weights: AttentionWeights,
  span: Pick<Span, 'numTokens' | 'firstSlot' | 'capacity'>,
  cache: PackedLayer,
) => void;

/** @throws WebGpuUnavailableError (nothing is right here) */
export async function createTokenHeads(
  { facts, recorder }: Gpu,
  config: ModelConfig,
  buffers: Activations,
  { heads, attention }: { readonly heads: Heads; readonly attention: Attention },
  choice: KernelChoice,
): Promise<TokenHeads> {
  const { numHeads, numKvHeads, headDim } = config;
  // Heads that are normalised together are finished before, biases included.
  const areFinished = config.qkNorm === 'all-heads';
  // No kernel normalises values on their way.
  const kernel = config.valueNorm
    ? undefined
    : await choice.find(
        tokenVariants(facts, headDim, {
          ...ropeOverrides(config),
          BIAS: config.qkvBias && !areFinished ? 1 : 0,
          NORMED: config.qkNorm === 'each-head' ? 1 : 0,
        }),
      );
  const { qkv, q, anglesOf } = buffers;
  return (layer, weights, span, cache) => {
    if (areFinished || kernel === undefined)
      for (const range of heads.whole(layer, weights)) heads.finish(layer, weights, 1, range);
    if (kernel === undefined) {
      attention.rotate(layer, span, cache);
      return;
    }
    const { firstSlot: slot, capacity } = span;
    invariant(slot < buffers.maxKeys, `a pass over ${slot + 1} keys with room for ${buffers.maxKeys}`);
    const angles = anglesOf(layer);
    const { qkvBias: b = angles, headNorms: w = angles } = weights;
    recorder.dispatch(
      kernel,
      { qkv, angles, b, w, q, packed: cache.packed },
      {
        slot,
        num_heads: numHeads,
        num_kv_heads: isSharing(config, layer) ? 0 : numKvHeads,
        head_dim: headDimOf(config, layer),
        rotary_dim: rotaryDimOf(config, layer),
        capacity,
        eps: config.rmsNormEps,
      },
    );
  };
}
