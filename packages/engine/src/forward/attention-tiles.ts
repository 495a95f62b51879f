// Attention of a tile of query rows, in stages or in one dispatch: whichever was measured to take less time on the device.
import { headSizesOf, invariant, type ModelConfig } from '@longread/core';
import type { Gpu } from '@longread/gpu';
import type { AttentionKind } from '@longread/planner';
import {
  attentionColumnSums,
  attentionScores,
  attentionSoftmax,
  attentionValues,
  flashAttentionOutput,
  flashAttentionReceived,
  flashOutputVariants,
  flashReceivedVariants,
  scoresVariants,
  valuesVariants,
  variantsOf,
} from '@longread/shaders';
import type { KernelChoice } from '../kernels/choose.ts';
import { attentionKindFor, attentionParts } from '../kernels/preferences.ts';
import type { Activations } from './activations.ts';
import type { FadedRows, Fading } from './fading.ts';
import type { Weighing } from './weighing.ts';

/** Rows of a pass and the keys that they see. */
export interface Tile extends FadedRows {
  readonly firstToken: number;
  /** Slots before the pass; visible to all. */
  readonly firstSlot: number;
  /** Slots per KV head in the cache; a multiple of 16. */
  readonly capacity: number;
  /** Keys up to its own that a row looks at. */
  readonly window: number;
  /** Keys of a row of scores, where there are scores (planTile). */
  readonly keyStride: number;
  /** Keys rotated by slot, and values: `[numKvHeads, capacity, headDim]` each. */
  readonly keys: GPUBuffer;
  readonly values: GPUBuffer;
  /** As LayerCache's. */
  readonly weighing?: Weighing | undefined;
  /** Where the keys' attention is added to. */
  readonly received?: Omit<Received, 'numQueries'> | undefined;
}

/** Attention received per key, added up on the way. */
export interface Received {
  /** `[numKvHeads, capacity]`: of the query heads of each KV head's group; `perLayer` of all heads, in the first row. */
  readonly sums: GPUBuffer;
  /** The last so many queries of the pass; Infinity for all. */
  readonly numQueries: number;
  readonly perLayer: boolean;
  /** Where what earlier queries pay counts less. */
  readonly fading?: Fading | undefined;
}

/** Records attention <- softmax(q k) v of a tile. */
export type RecordTile = (tile: Tile) => void;

/** What of a model decides its attention; heads of the size at hand. */
type Heads = Pick<ModelConfig, 'numHeads' | 'numKvHeads' | 'headDim' | 'attentionScale'>;

/** The kind that the device takes: what was measured to take less time, where it is right for heads of all sizes. */
export async function chooseAttentionKind(
  gpu: Gpu,
  config: ModelConfig,
  choice: KernelChoice,
): Promise<AttentionKind> {
  const kind = attentionKindFor(choice.rows, config);
  if (kind === 'staged') return kind;
  const found = await Promise.all(
    headSizesOf(config).map((headDim) => findFlash(gpu, { ...config, headDim }, choice)),
  );
  return found.includes(undefined) ? 'staged' : kind;
}

/** @throws WebGpuUnavailableError (nothing is right here) */
export function createTiles(
  gpu: Gpu,
  config: Heads,
  buffers: Activations,
  choice: KernelChoice,
): Promise<RecordTile> {
  const create = buffers.attentionKind === 'staged' ? createStaged : createFlash;
  return create(gpu, config, buffers, choice);
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
    choice.choose(
      attentionParts(rows, attentionSoftmax.name, config, variantsOf(attentionSoftmax, facts, {})),
    ),
    choice.choose(attentionParts(rows, attentionValues.name, config, valuesVariants(facts, headDim))),
    choice.choose(
      attentionParts(rows, attentionColumnSums.name, config, variantsOf(attentionColumnSums, facts, {})),
    ),
  ]);
  return (tile) => {
    const { keys, values, received } = tile;
    const { scores: s } = buffers; // another one since the last reach
    const shape = shapeOf(config, tile);
    recorder.dispatch(scoresKernel, { q, keys, s }, shape);
    tile.weighing?.scores(s, numHeads * tile.tileRows, tile.keyStride);
    recorder.dispatch(softmax, { s, factors }, shape);
    recorder.dispatch(valuesKernel, { s, factors, values, y }, shape);
    if (received === undefined) return;
    const of = received.perLayer
      ? { num_kv_heads: 1, group_size: numHeads }
      : { num_kv_heads: numKvHeads, group_size: shape.group_size };
    const num_keys = tile.firstSlot + tile.firstToken + tile.numTokens;
    received.fading?.rows(factors, tile, 'factors');
    recorder.dispatch(sumsKernel, { s, factors, sums: received.sums }, { ...shape, ...of, num_keys });
  };
}

/** The kernels of the one dispatch. Undefined where the device gets one wrong or heads are too long. */
async function findFlash({ facts }: Gpu, config: Heads, choice: KernelChoice) {
  const { headDim } = config;
  const { rows } = choice;
  const [output, received] = await Promise.all([
    choice.find(attentionParts(rows, flashAttentionOutput.name, config, flashOutputVariants(facts, headDim))),
    choice.find(
      attentionParts(rows, flashAttentionReceived.name, config, flashReceivedVariants(facts, headDim)),
    ),
  ]);
  return output && received ? { output, received } : undefined;
}

/** One dispatch, and one more over the rows whose attention counts. */
async function createFlash(
  gpu: Gpu,
  config: Heads,
  { q, factors: norms, attention: y }: Activations,
  choice: KernelChoice,
): Promise<RecordTile> {
  const { recorder } = gpu;
  const kernels = await findFlash(gpu, config, choice);
  invariant(kernels, 'attention in one dispatch was chosen where nothing does it');
  return (tile) => {
    const { keys, values, received } = tile;
    const shape = shapeOf(config, tile);
    const output = { q, keys, values, y, norms };
    recorder.dispatch(kernels.output, output, shape);
    tile.weighing?.output(output, shape);
    if (received === undefined) return;
    const kv_heads_together = received.perLayer ? config.numKvHeads : 1;
    const buffers = { q, keys, norms, sums: received.sums };
    received.fading?.rows(norms, tile, 'norms');
    recorder.dispatch(kernels.received, buffers, { ...shape, kv_heads_together });
  };
}
