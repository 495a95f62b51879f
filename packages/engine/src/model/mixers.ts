// The weights of what mixes a layer's tokens: attention, or what stands in its place.
import { isSharing, type ModelConfig } from '@longread/core';
import type { Places } from './places.ts';
import type { AttentionWeights, ConvolutionWeights, DeltaWeights } from './weights.ts';

export function mixerOf(
  config: ModelConfig,
  places: Places,
  layer: number,
): AttentionWeights | ConvolutionWeights | DeltaWeights {
  if (config.convolution?.isConvolution[layer] === true) return convolutionOf(places, layer);
  if (config.delta?.isDelta[layer] === true) return deltaOf(places, layer);
  return attentionOf(config, places, layer);
}

function attentionOf(config: ModelConfig, places: Places, layer: number): AttentionWeights {
  const shares = isSharing(config, layer);
  const query = { role: 'query', layer } as const;
  const queryNorm = { role: 'queryNorm', layer } as const;
  return {
    qkv: places.projection(shares ? [query] : [query, { role: 'key', layer }, { role: 'value', layer }]),
    qkvBias: config.qkvBias
      ? places.vectors([
          { role: 'queryBias', layer },
          { role: 'keyBias', layer },
          { role: 'valueBias', layer },
        ])
      : undefined,
    headNorms:
      config.qkNorm === 'each-head'
        ? places.vectors(shares ? [queryNorm] : [queryNorm, { role: 'keyNorm', layer }])
        : undefined,
    togetherNorms:
      config.qkNorm === 'all-heads'
        ? {
            query: places.vectors([{ role: 'queryNorm', layer }]),
            key: places.vectors([{ role: 'keyNorm', layer }]),
          }
        : undefined,
    attentionGate: config.attentionGate ? places.projection([{ role: 'attentionGate', layer }]) : undefined,
    attentionOutput: places.projection([{ role: 'attentionOutput', layer }]),
  };
}

function convolutionOf(places: Places, layer: number): ConvolutionWeights {
  return {
    convolutionInput: places.projection([{ role: 'convolutionInput', layer }]),
    convolution: places.vectors([{ role: 'convolution', layer }]),
    convolutionOutput: places.projection([{ role: 'convolutionOutput', layer }]),
  };
}

function deltaOf(places: Places, layer: number): DeltaWeights {
  return {
    deltaInput: places.projection([
      { role: 'deltaChannels', layer },
      { role: 'deltaGate', layer },
      { role: 'deltaBeta', layer },
      { role: 'deltaAlpha', layer },
    ]),
    deltaConvolution: places.vectors([{ role: 'deltaConvolution', layer }]),
    deltaDecay: places.vectors([
      { role: 'deltaDecay', layer },
      { role: 'deltaTimeBias', layer },
    ]),
    deltaNorm: places.vectors([{ role: 'deltaNorm', layer }]),
    deltaOutput: places.projection([{ role: 'deltaOutput', layer }]),
  };
}
