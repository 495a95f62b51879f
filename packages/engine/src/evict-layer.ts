// What stays of a layer when a chunk is through it: the highest scores, chosen on the device, what a rule plans on the host, or all of it,
// merged into fewer entries.
import { headDimOf, windowOf, type ModelConfig } from '@longread/core';
import type { Gpu } from '@longread/gpu';
import type { EvictionRule } from '@longread/planner';
import { evictCompact, evictSelect } from '@longread/shaders';
import type { PassOptions } from './forward/transformer.ts';
import type { Weighing } from './forward/weighing.ts';
import type { KeptLayer } from './kept-layers.ts';

/** A layer that a chunk is through. */
export interface EvictedLayer {
  readonly layer: number;
  readonly from: KeptLayer;
  /** Where what stays is written. */
  readonly to: KeptLayer;
  /** Projections of the chunk, unrotated. */
  readonly qkv: GPUBuffer;
  /** `[numKvHeads, capacity]` */
  readonly sums: GPUBuffer;
  readonly numSlots: number;
  readonly chunkTokens: number;
  /** Entries that stay. */
  readonly keep: number;
  /** Tokens that were read before the chunk. */
  readonly numRead: number;
}

/** For a strategy that merges what others drop, in layers that do not slide. */
export interface Merging {
  /** Writes `keep` entries of [kept ++ chunk], which are more. Nothing is rounded, as nothing of it is stored. */
  merge(of: EvictedLayer, options: PassOptions): Promise<void>;
  /** How attention counts what was merged of so many tokens; undefined where nothing was. */
  weighing(numRead: number): Weighing | undefined;
}

export interface EvictLayerOptions {
  readonly rule: EvictionRule;
  /** Of the read settings, for rules that go by it. */
  readonly recent: number;
  readonly merging: Merging | undefined;
  readonly budget: number;
  readonly capacity: number;
}

/** @throws ShaderCompileError */
export async function createEvictLayer(
  gpu: Gpu,
  config: ModelConfig,
  { rule, recent, merging, budget, capacity }: EvictLayerOptions,
): Promise<(of: EvictedLayer, flags: GPUBuffer, options: PassOptions) => Promise<void>> {
  const { kernels, recorder } = gpu;
  const { numHeads, numKvHeads } = config;
  const [select, compact] = await Promise.all([
    kernels.get(evictSelect.bodies.plain),
    kernels.get(evictCompact.bodies.plain),
  ]);
  return async (of, flags, options) => {
    const { layer, from, to, qkv, sums, numSlots, chunkTokens, keep, numRead } = of;
    const num_entries = numSlots + chunkTokens;
    const isSliding = windowOf(config, layer) < Infinity;
    const onHost = num_entries > keep && !isSliding;
    if (merging && onHost) return merging.merge(of, options);
    const newest = isSliding ? keep : Math.min(rule.recent({ budget: keep, recent }), keep);
    if (rule.perLayer) {
      // What the first row received is of all heads. By way of the flags, as nothing is copied within a buffer.
      recorder.copy(sums, 0, flags, 0, 4 * num_entries);
      for (let head = 1; head < numKvHeads; head++)
        recorder.copy(flags, 0, sums, 4 * head * capacity, 4 * num_entries);
    }
    const shape = { num_entries, num_kv_heads: numKvHeads, capacity };
    if (rule.plan && onHost) {
      const received = new Float32Array(await recorder.read(sums, 0, sums.size, options));
      for (let head = 0; head < numKvHeads; head++) {
        const scores = received.subarray(head * capacity, head * capacity + num_entries);
        gpu.write(flags, 4 * head * capacity, rule.plan(scores, keep, newest, numRead));
      }
    } else recorder.dispatch(select, { sums, flags }, { ...shape, keep, recent: newest });
    recorder.dispatch(
      compact,
      { flags, sums, kept_kv: from.kv, qkv, next_kv: to.kv, next_sums: to.sums },
      { ...shape, head_dim: headDimOf(config, layer), budget, num_slots: numSlots, num_heads: numHeads },
    );
  };
}
