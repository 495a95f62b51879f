// Attention of a tile of query rows, in stages or in one dispatch: whichever was measured to take less time on the device.
import type { ModelConfig } from '@longread/core';
import type { Gpu } from '@longread/gpu';
import {
  attentionColumnSums,
  attentionScores,
  attentionSoftmax,
  attentionValues,
  flashOutputVariants,
  flashReceivedVariants,
  scoresVariants,
  valuesVariants,
} from '@longread/shaders';
import type { KernelChoice } from '../kernels/choose.ts';
import { attentionKindFor, attentionParts } from '../kernels/preferences.ts';
import type { Activations } from './activations.ts';

/** Rows of a pass and the keys that they see. */
export interface Tile {
  readonly firstToken: number;
  readonly numTokens: number;
  /** Slots before the pass; visible to all. */
  readonly firstSlot: number;
  /** Slots per KV head in the cache; a multiple of 16. */
  readonly capacity: number;
  /** Keys up to its own that a row looks at. */
  readonly window: number;
  /** Rows of the buffers of a tile, and keys of a row of scores (planScoreTile). */
  readonly tileRows: number;
  readonly keyStride: number;
  /** Keys rotated by slot, and values: `[numKvHeads, capacity, headDim]` each. */
  readonly keys: GPUBuffer;
  readonly values: GPUBuffer;
  /** Where the keys' attention is added to: `[numKvHeads, capacity]`, or `perLayer` of all heads in the first row. */
  readonly received?: { readonly sums: GPUBuffer; readonly perLayer: boolean } | undefined;
}

/** Records attention <- softmax(q k) v of a tile. */
export type RecordTile = (tile: Tile) => void;

/** What of a model decides its attention; heads of the size at hand. */
type Heads = Pick<ModelConfig, 'numHeads' | 'numKvHeads' | 'headDim' | 'attentionScale'>;

/** @throws WebGpuUnavailableError (nothing is right here) */
export async function createTiles(
  gpu: Gpu,
  config: Heads,
  buffers: Activations,
  choice: KernelChoice,
): Promise<RecordTile> {
  const staged = await createStaged(gpu, config, buffers, choice);
  if (attentionKindFor(choice.rows, config) === 'staged') return staged;
  const flash = await createFlash(gpu, config, buffers, choice);
  // What all heads of a layer receive together lies in one row, to which workgroups of several KV heads would add.
  return flash === undefined ? staged : (tile) => (tile.received?.perLayer === true ? staged : flash)(tile);
}

function shapeOf({ numHeads, numKvHeads, headDim, attentionScale }: Heads, tile: Tile) {
  return {
    first_token: tile.firstToken,
    num_tokens: tile.numTokens,
    num_slots: tile.firstSlot,
    num_heads: numHeads,
    group_size: numHeads / numKvHeads,
    head_dim: headDim,
    capacity: tile.capacity,
    tile_rows: tile.tileRows,
    key_stride: tile.keyStride,
    window: tile.window,
    scale: attentionScale,
  };
}

/** Scores, probabilities, values and what keys receive, each by a dispatch; the scores of a tile are written. */
async function createStaged(
  { facts, recorder }: Gpu,
  config: Heads,
  buffers: Activations,
  choice: KernelChoice,
): Promise<RecordTile> {
  const { numHeads, numKvHeads, headDim } = config;
  const { q, factors, attention: y } = buffers;
  const { rows } = choice;
  const [scoresKernel, softmax, valuesKernel, sumsKernel] = await Promise.all([
    choice.choose(attentionParts(rows, attentionScores.name, config, scoresVariants(facts, headDim))),
    choice.choose([{ spec: attentionSoftmax.bodies.plain, overrides: {} }]),
    choice.choose(attentionParts(rows, attentionValues.name, config, valuesVariants(facts, headDim))),
    choice.choose([{ spec: attentionColumnSums.bodies.plain, overrides: {} }]),
  ]);
  return (tile) => {
    const { keys, values, received } = tile;
    const { scores: s } = buffers; // another one since the last reach
    const shape = shapeOf(config, tile);
    recorder.dispatch(scoresKernel, { q, keys, s }, shape);
    recorder.dispatch(softmax, { s, factors }, shape);
    recorder.dispatch(valuesKernel, { s, factors, values, y }, shape);
    if (received === undefined) return;
    const of = received.perLayer
      ? { num_kv_heads: 1, group_size: numHeads }
      : { num_kv_heads: numKvHeads, group_size: shape.group_size };
    const num_keys = tile.firstSlot + tile.firstToken + tile.numTokens;
    recorder.dispatch(sumsKernel, { s, factors, sums: received.sums }, { ...shape, ...of, num_keys });
  };
}

/** One dispatch, and one more over the rows whose attention counts. Undefined where the device gets it wrong or heads are too long. */
async function createFlash(
  { facts, recorder }: Gpu,
  config: Heads,
  { q, factors: norms, attention: y }: Activations,
  choice: KernelChoice,
): Promise<RecordTile | undefined> {
  const [output, receivedKernel] = await Promise.all([
    choice.find(flashOutputVariants(facts, config.headDim)),
    choice.find(flashReceivedVariants(facts, config.headDim)),
  ]);
  if (output === undefined || receivedKernel === undefined) return undefined;
  return (tile) => {
    const { keys, values, received } = tile;
    const shape = shapeOf(config, tile);
    recorder.dispatch(output, { q, keys, values, y, norms }, shape);
    if (received !== undefined)
      recorder.dispatch(receivedKernel, { q, keys, norms, sums: received.sums }, shape);
  };
}
