// Settings of compress: defaults that fit the model's window, and the check of what a caller set.
import {
  checkInteger,
  InvalidInputError,
  headDimOf,
  isCarrying,
  isSharing,
  type EmbeddingHead,
  type ModelConfig,
  type ReadSettings,
} from '@longread/core';
import type { Calibration } from './calibration.ts';

const wantedTokens = 1024;

/** Number of layers that compress runs for these heads: 1 + the highest layer (design 3.2). */
export function exitLayerOf(heads: readonly EmbeddingHead[]): number {
  return 1 + Math.max(-1, ...heads.map((head) => head.layer));
}

/**
 * Defaults (design 3.4): chunks and budget of 1,024 tokens, or half the window where it is smaller (down to a multiple of 32 if it
 * has one), a quarter of the budget recent. A budget is never less than what sliding layers look back on.
 *
 * @throws InvalidInputError when the window holds fewer than two tokens.
 */
export function defaultReadSettings(config: ModelConfig, calibration: Calibration): ReadSettings {
  const half = Math.min(wantedTokens, Math.floor(config.contextLength / 2));
  const size = half < 32 ? half : half - (half % 32);
  const lookBack = (config.sliding?.window ?? 1) - 1;
  const budget = Math.max(size, 32 * Math.ceil(lookBack / 32));
  const settings: ReadSettings = {
    chunkSize: size,
    budget,
    recent: Math.floor(budget / 4),
    exitLayer: exitLayerOf(calibration.heads),
    heads: calibration.heads,
  };
  checkReadSettings(settings, config);
  return settings;
}

/**
 * Checks read settings against the model.
 *
 * @throws InvalidInputError naming the setting, its value and its limit.
 */
export function checkReadSettings(settings: ReadSettings, config: ModelConfig): void {
  const { chunkSize, budget, recent, exitLayer, heads } = settings;
  checkInteger('chunkSize', chunkSize, 1, config.contextLength - 1);
  checkInteger('budget', budget, 1, config.contextLength - 1);
  checkInteger('recent', recent, 0, budget);
  if (chunkSize + budget > config.contextLength) {
    throw new InvalidInputError(
      `chunkSize ${chunkSize} and budget ${budget} make ${chunkSize + budget} positions, but ${config.name} was trained on ${config.contextLength}. Lower one of them.`,
      { setting: 'chunkSize', value: chunkSize + budget, limit: config.contextLength },
    );
  }
  const window = config.sliding?.window ?? 1;
  if (budget < window - 1) {
    throw new InvalidInputError(
      `budget is ${budget}, but some layers of ${config.name} look back on ${window - 1} tokens. Set budget to at least ${window - 1}.`,
      { setting: 'budget', value: budget, limit: window - 1 },
    );
  }
  checkHeads(heads, config);
  if (exitLayer !== exitLayerOf(heads)) {
    throw new InvalidInputError(
      `exitLayer is ${exitLayer}, but the highest layer of the heads is ${exitLayerOf(heads) - 1}. Set exitLayer to ${exitLayerOf(heads)}, or choose other heads.`,
      { setting: 'exitLayer', value: exitLayer, limit: exitLayerOf(heads) },
    );
  }
}

function checkHeads(heads: readonly EmbeddingHead[], config: ModelConfig): void {
  if (heads.length === 0) {
    throw new InvalidInputError('heads is empty: nothing would be stored to search. Name at least one head.');
  }
  const seen = new Set<string>();
  for (const { layer, type, head } of heads) {
    const name = `L${layer}.${type}${head}`;
    checkInteger(`The layer of head ${name}`, layer, 0, config.numLayers - 1);
    if (isCarrying(config, layer)) {
      throw new InvalidInputError(
        `Layer ${layer} of ${config.name} has no heads that attend, but a state that it carries: head ${name} is not there. Name a head of another layer.`,
        { head: name, layer },
      );
    }
    if (isSharing(config, layer)) {
      throw new InvalidInputError(
        `Layer ${layer} of ${config.name} attends to the keys of a layer below it: head ${name} is not read. Name a head of a layer below ${config.sharedFrom}.`,
        { head: name, layer, limit: config.sharedFrom ?? layer },
      );
    }
    const size = headDimOf(config, layer);
    if (size !== config.headDim) {
      throw new InvalidInputError(
        `Heads of layer ${layer} of ${config.name}, which slides, have ${size} elements, those of other layers ${config.headDim}: head ${name} is not read. Name a head of a layer that sees everything.`,
        { head: name, layer, size, limit: config.headDim },
      );
    }
    // Callers may come from untyped code, where any string arrives here.
    if (!['Q', 'K', 'V'].includes(type)) {
      throw new InvalidInputError(`The type of head ${name} is '${type}'. Set it to Q, K or V.`, {
        head: name,
      });
    }
    const numHeads = type === 'Q' ? config.numHeads : config.numKvHeads;
    checkInteger(`The index of head ${name}`, head, 0, numHeads - 1);
    if (seen.has(name)) {
      throw new InvalidInputError(`heads names ${name} twice. Name each head once.`, { head: name });
    }
    seen.add(name);
  }
}
