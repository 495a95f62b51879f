// What stands between the projections of heads and the cache: biases, and norms of heads.
import { headDimOf, type ModelConfig } from '@longread/core';
import type { Gpu } from '@longread/gpu';
import { qkvWidthOf } from '@longread/planner';
import { bias, rmsNormHeads } from '@longread/shaders';
import { untestedChoice, type KernelChoice } from '../kernels/choose.ts';
import type { AttentionWeights } from '../load.ts';
import type { Activations } from './activations.ts';
import type { RowRange } from './projector.ts';

export interface Heads {
  /** The ranges to project so that those that are wanted, all when absent, can be finished: heads may be normalised together. */
  whole(layer: number, weights: AttentionWeights, wanted?: readonly RowRange[]): readonly RowRange[];
  /** Finishes the projections of the heads in a range of `whole`, of the first `numTokens` rows. */
  finish(layer: number, weights: AttentionWeights, numTokens: number, range: RowRange): void;
}

/**
 * @param buffers `qkv` are the projections: query heads, key heads, value heads, of which layers that share have the first alone.
 * @throws WebGpuUnavailableError (nothing is right here)
 */
export async function createHeads(
  gpu: Gpu,
  config: ModelConfig,
  { qkv, ones }: Pick<Activations, 'qkv' | 'ones'>,
  choice: KernelChoice = untestedChoice(gpu),
): Promise<Heads> {
  const { recorder } = gpu;
  const { numHeads, numKvHeads } = config;
  const allOf = (layer: number): RowRange => ({ first: 0, count: qkvWidthOf(config, layer) });
  const kindsOf = (layer: number) => {
    const headDim = headDimOf(config, layer);
    return {
      query: { first: 0, count: numHeads * headDim },
      key: { first: numHeads * headDim, count: numKvHeads * headDim },
      value: { first: (numHeads + numKvHeads) * headDim, count: numKvHeads * headDim },
    } satisfies Record<string, RowRange>;
  };
  const overrides = { WORKGROUP_SIZE: gpu.facts.subgroupSize };
  const [addBias, headNorm] = await Promise.all([
    config.qkvBias ? choice.choose([{ spec: bias.bodies.plain, overrides: {} }]) : undefined,
    config.qkNorm || config.valueNorm
      ? choice.choose([{ spec: rmsNormHeads.bodies.plain, overrides }])
      : undefined,
  ]);
  return {
    whole: (layer, { togetherNorms }, wanted) => {
      if (wanted === undefined) return [allOf(layer)];
      if (togetherNorms === undefined) return wanted;
      return Object.values(kindsOf(layer)).filter((kind) => wanted.some((range) => overlap(kind, range)));
    },
    finish: (layer, { qkvBias, headNorms, togetherNorms }, numTokens, range) => {
      const headDim = headDimOf(config, layer);
      const stride = allOf(layer).count;
      if (addBias !== undefined && qkvBias !== undefined)
        recorder.dispatch(
          addBias,
          { b: qkvBias, y: qkv },
          {
            num_tokens: numTokens,
            first_column: range.first,
            num_columns: range.count,
            row_stride: stride,
          },
        );
      if (headNorm === undefined) return;
      const common = { num_tokens: numTokens, row_stride: stride, eps: config.rmsNormEps };
      const rangeEnd = (range.first + range.count) / headDim;
      const end = Math.min(rangeEnd, numHeads + numKvHeads);
      const first = range.first / headDim;
      const firstValue = Math.max(first, numHeads + numKvHeads);
      if (ones !== undefined && firstValue < rangeEnd) {
        const num_normed = rangeEnd - firstValue;
        const heads = { first_head: firstValue, num_normed, num_heads: rangeEnd, head_dim: headDim };
        recorder.dispatch(headNorm, { x: qkv, w: ones }, { ...common, ...heads });
      }
      if (headNorms !== undefined && first < end) {
        const heads = { first_head: first, num_normed: end - first, num_heads: numHeads, head_dim: headDim };
        recorder.dispatch(headNorm, { x: qkv, w: headNorms }, { ...common, ...heads });
      }
      if (togetherNorms === undefined) return;
      // All query heads are one, and all key heads; what stands before these is a whole number of them.
      for (const [kind, w] of [
        [kindsOf(layer).query, togetherNorms.query],
        [kindsOf(layer).key, togetherNorms.key],
      ] as const) {
        if (!overlap(kind, range)) continue;
        const at = kind.first / kind.count;
        const heads = { first_head: at, num_normed: 1, num_heads: at + 1, head_dim: kind.count };
        recorder.dispatch(headNorm, { x: qkv, w }, { ...common, ...heads });
      }
    },
  };
}

function overlap(a: RowRange, b: RowRange): boolean {
  return a.first < b.first + b.count && b.first < a.first + a.count;
}
