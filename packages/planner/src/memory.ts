// The memory plan (design 4): what a model and its settings need on the GPU, compared with what the device has before anything is made.
import {
  LimitExceededError,
  quantWordsPerRow,
  scaleWordsPerRow,
  weightBytes,
  type ModelConfig,
  type ReadSettings,
  type WeightLayout,
} from '@longread/core';

export interface MemoryItem {
  readonly name: string;
  /** All buffers of this item together. */
  readonly bytes: number;
  /** Its largest single buffer, bound whole. */
  readonly largestBindingBytes: number;
  /** What to change when it does not fit. */
  readonly remedy: string;
}

export interface MemoryPlan {
  readonly items: readonly MemoryItem[];
  readonly totalBytes: number;
  readonly largestBindingBytes: number;
}

/**
 * Bytes that an engine with one open document needs; f32 caches, one K and one V buffer a layer.
 *
 * @param layouts canonical layout of every tensor.
 * @param gatherWindow positions of the decode cache: gathered tokens, template, question and answer.
 */
export function planMemory(
  config: ModelConfig,
  layouts: readonly WeightLayout[],
  read: ReadSettings,
  gatherWindow: number,
): MemoryPlan {
  const kvRowBytes = 4 * config.numKvHeads * config.headDim;
  const item = (name: string, bytes: number, largestBindingBytes: number, remedy: string): MemoryItem => ({
    name,
    bytes,
    largestBindingBytes,
    remedy,
  });
  const decodeBytes = kvRowBytes * gatherWindow;
  const numCached = Math.max(0, read.exitLayer - 1);
  const entries = read.budget + read.chunkSize;
  const stateBytes = kvRowBytes * entries;
  const scoreBytes = 4 * config.numKvHeads * entries;
  // Activations of one chunk: residual, normed and attention output, q, k, v, gate and up; logits of one token.
  const widest = Math.max(config.hiddenSize, config.numHeads * config.headDim, config.intermediateSize);
  const activations =
    3 * config.hiddenSize +
    (config.numHeads + 2 * config.numKvHeads) * config.headDim +
    2 * config.intermediateSize;
  const items = [
    item('weights', sum(layouts.map(weightBytes)), weightBinding(layouts), 'choose a smaller model'),
    item('decode cache', 2 * config.numLayers * decodeBytes, decodeBytes, 'lower gatherSize'),
    item(
      'compress states',
      2 * numCached * (2 * stateBytes + scoreBytes),
      numCached === 0 ? 0 : stateBytes,
      'lower budget or chunkSize',
    ),
    item(
      'scratch',
      4 * (read.chunkSize * activations + config.vocabSize),
      4 * Math.max(read.chunkSize * widest, config.vocabSize),
      'lower chunkSize',
    ),
  ];
  return {
    items,
    totalBytes: sum(items.map((i) => i.bytes)),
    largestBindingBytes: Math.max(...items.map((i) => i.largestBindingBytes)),
  };
}

/**
 * Compares a plan with the device's limits.
 *
 * @throws LimitExceededError naming the first item whose largest buffer is too big, need, limit and what to change.
 */
export function checkMemory(
  plan: MemoryPlan,
  limits: { readonly maxBufferSize: number; readonly maxStorageBufferBindingSize: number },
): void {
  const names = ['maxStorageBufferBindingSize', 'maxBufferSize'] as const;
  for (const { name, largestBindingBytes: need, remedy } of plan.items) {
    for (const limitName of names) {
      const limit = limits[limitName];
      if (need <= limit) continue;
      throw new LimitExceededError(
        `The largest buffer of the ${name} needs ${need} bytes, but this device's ${limitName} is ${limit}. To go on, ${remedy}.`,
        { item: name, need, limit, limitName },
      );
    }
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Quants and scales of a matrix are separate buffers. */
function weightBinding(layouts: readonly WeightLayout[]): number {
  return layouts.reduce(
    (most, layout) =>
      Math.max(most, 4 * layout.rows * Math.max(quantWordsPerRow(layout), scaleWordsPerRow(layout))),
    0,
  );
}
