// What the presets are: how deep compress may run, and how many tokens a question gathers (docs/decisions/2026-11-26-calibration.md).
import {
  attendingLayers,
  windowOf,
  type EmbeddingHead,
  type LayerKinds,
  type ModelConfig,
  type PresetName,
} from '@longread/core';

interface PresetPlan {
  /** Share of the layers that compress may run. Below 0.7 alone do heads tell tokens apart by their words (arXiv 2506.01215). */
  readonly depth: number;
  /** Tokens that a question gathers, where neither it nor the window says otherwise. */
  readonly gatherSize: number;
}

/** A shallow reading finds as much in twice as many tokens. */
export const presets: Readonly<Record<PresetName, PresetPlan>> = {
  skim: { depth: 0.15, gatherSize: 2048 },
  read: { depth: 0.4, gatherSize: 1024 },
  study: { depth: 0.7, gatherSize: 1024 },
};

export type Shape = Pick<ModelConfig, 'numLayers' | 'numHeads' | 'numKvHeads' | 'sliding'> & LayerKinds;

/**
 * The most layers that compress runs in a preset: its share of the model's, or as many as reach the first layer that sees everything.
 */
export function exitLimit(config: Shape, preset: PresetName): number {
  return Math.max(firstFullLayer(config) + 1, Math.floor(presets[preset].depth * config.numLayers));
}

function firstFullLayer(config: Shape): number {
  const attending = attendingLayers(config, config.numLayers);
  const full = attending.find((layer) => windowOf(config, layer) === Infinity);
  return full ?? attending[0] ?? 0; // all slide: then the first is no worse than the others
}

/**
 * Every query, key and value head below an exit layer that could tell tokens apart, layer by layer. Sliding layers are left out: they see
 * a stretch around a token, never what the document says of it elsewhere. Layers that carry a state instead have no heads.
 */
export function candidateHeads(config: Shape, exitLayer: number): EmbeddingHead[] {
  const heads: EmbeddingHead[] = [];
  const { numHeads, numKvHeads } = config;
  for (const layer of attendingLayers(config, Math.min(exitLayer, config.numLayers))) {
    if (windowOf(config, layer) < Infinity && firstFullLayer(config) !== layer) continue;
    const counts = { Q: numHeads, K: numKvHeads, V: numKvHeads } as const;
    for (const type of ['Q', 'K', 'V'] as const)
      for (let head = 0; head < counts[type]; head++) heads.push({ layer, type, head });
  }
  return heads;
}
