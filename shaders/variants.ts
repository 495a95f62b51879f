// The kernels that stand in for each other, with the overrides that suit a device: for each operation those that its features and
// the sizes at hand allow. Which one is used is measured (products) or the first (attention), among those that pass their self-test.
import type { WeightLayout } from '@longread/core';
import { attentionScoresQuad } from './attention-scores-quad/attention-scores-quad.ts';
import { attentionScores } from './attention-scores/attention-scores.ts';
import { attentionValuesQuad } from './attention-values-quad/attention-values-quad.ts';
import { attentionValues } from './attention-values/attention-values.ts';
import { decodeAttentionQuad, quadSplits } from './decode-attention-quad/decode-attention-quad.ts';
import {
  decodeAttention,
  decodeAttentionBarriers,
  decodeSplits,
} from './decode-attention/decode-attention.ts';
import { brokenRule, type KernelFeature, type KernelSpec } from './kernel.ts';
import { weightOverrides } from './lib/weights.ts';
import { matmulSubgroup } from './matmul-subgroup/matmul-subgroup.ts';
import { matmulTiled, matmulTiledF16 } from './matmul-tiled/matmul-tiled.ts';
import { matmulQuad } from './matmul-quad/matmul-quad.ts';
import { matmul } from './matmul/matmul.ts';
import { matvecQuad } from './matvec-quad/matvec-quad.ts';
import { matvecRows } from './matvec-rows/matvec-rows.ts';
import { matvecSubgroup } from './matvec-subgroup/matvec-subgroup.ts';
import { matvec } from './matvec/matvec.ts';

/** What of a device decides which variants it can run. */
export interface VariantFacts {
  readonly features: readonly KernelFeature[];
  /** Lanes of the widest subgroup. */
  readonly subgroupSize: number;
}

type Names<S> = S extends KernelSpec<infer B, infer U> ? [B, U] : never;
type WeightOverride = 'WEIGHT_FORMAT' | 'GROUP_SIZE';

/** A kernel with matmul's signature. */
export type MatmulSpec = KernelSpec<Names<typeof matmul>[0], Names<typeof matmul>[1], WeightOverride>;
/** A kernel with matvec's signature. */
export type MatvecSpec = KernelSpec<Names<typeof matvec>[0], Names<typeof matvec>[1], WeightOverride>;

/** A kernel and its overrides on a device. */
export interface KernelVariant<S> {
  readonly spec: S;
  readonly overrides: Readonly<Record<string, number>>;
}

/** The products of many tokens with a matrix. The first is the default, which runs everywhere. */
export function matmulVariants(
  device: VariantFacts,
  layout: WeightLayout,
): readonly KernelVariant<MatmulSpec>[] {
  // A lane has 16 outputs: in narrow workgroups few lanes are past the last one (matmul.wgsl).
  const narrow = { WORKGROUP_SIZE: Math.min(16, Math.max(4, device.subgroupSize)) };
  const variants: readonly KernelVariant<MatmulSpec>[] = [
    { spec: matmul, overrides: narrow },
    { spec: matmulQuad, overrides: narrow },
    { spec: matmulTiled, overrides: {} },
    { spec: matmulTiledF16, overrides: { TILE_K: 64 } },
    { spec: matmulSubgroup, overrides: { WORKGROUP_SIZE: Math.max(64, device.subgroupSize) } },
  ];
  return productsOf(variants, device, layout);
}

/** The products of one token with a matrix. The first is the default, which runs everywhere. */
export function matvecVariants(
  device: VariantFacts,
  layout: WeightLayout,
): readonly KernelVariant<MatvecSpec>[] {
  const variants: readonly KernelVariant<MatvecSpec>[] = [
    { spec: matvec, overrides: {} },
    { spec: matvecRows, overrides: {} },
    { spec: matvecSubgroup, overrides: { WORKGROUP_SIZE: device.subgroupSize } },
    { spec: matvecQuad, overrides: { WORKGROUP_SIZE: Math.min(16, device.subgroupSize) } },
  ];
  return productsOf(variants, device, layout);
}

/** Lanes of an attention workgroup: one subgroup, of at least one quad. */
const oneSubgroup = ({ subgroupSize }: VariantFacts) => ({ WORKGROUP_SIZE: Math.max(4, subgroupSize) });

/** q . k of a tile of rows, the preferred one first. */
export function scoresVariants(
  device: VariantFacts,
  headDim: number,
): readonly KernelVariant<typeof attentionScores>[] {
  const variants = [attentionScoresQuad, attentionScores].map((spec) => ({
    spec,
    overrides: oneSubgroup(device),
  }));
  return allowed(variants, device, { head_dim: headDim });
}

/** Probabilities times values of a tile of rows, the preferred one first. */
export function valuesVariants(
  device: VariantFacts,
  headDim: number,
): readonly KernelVariant<typeof attentionValues>[] {
  const variants = [attentionValuesQuad, attentionValues].map((spec) => ({
    spec,
    overrides: oneSubgroup(device),
  }));
  return allowed(variants, device, { head_dim: headDim });
}

/** Lanes of a decode workgroup at most: as far as workgroup memory reaches. */
const maxDecodeLanes = 32;
/** Subgroups of a software adapter, whose lanes can hold many registers. */
const softwareLanes = 4;

/** Attention of one token over splits of the keys, the preferred one first. */
export function splitVariants(
  device: VariantFacts,
  headDim: number,
  groupSize: number,
): readonly KernelVariant<typeof decodeAttention>[] {
  const wide = { WORKGROUP_SIZE: Math.max(4, Math.min(maxDecodeLanes, device.subgroupSize)) };
  const inQuads = { spec: decodeAttentionQuad, overrides: { HEADS: Math.min(4, groupSize) } };
  const variants: readonly KernelVariant<typeof decodeAttention>[] = [
    ...(device.subgroupSize === softwareLanes ? [inQuads] : []),
    { spec: decodeAttention, overrides: wide },
    { spec: decodeAttentionBarriers, overrides: wide },
  ];
  return allowed(variants, device, { head_dim: headDim });
}

/** Splits of `numKeys` keys by the variant of decode attention. */
export function splitsOf({ name }: Pick<KernelSpec, 'name'>, numKeys: number): number {
  return name === decodeAttentionQuad.name ? quadSplits(numKeys) : decodeSplits(numKeys);
}

function productsOf<S extends MatmulSpec | MatvecSpec>(
  variants: readonly KernelVariant<S>[],
  device: VariantFacts,
  layout: WeightLayout,
): readonly KernelVariant<S>[] {
  const withWeights = variants.map(({ spec, overrides }) => ({
    spec,
    overrides: { ...weightOverrides(layout), ...overrides },
  }));
  return allowed(withWeights, device, { in_features: layout.cols });
}

/** Those whose features the device has and whose rules the sizes obey. */
function allowed<S extends Pick<KernelSpec, 'features' | 'shapes'>>(
  variants: readonly KernelVariant<S>[],
  device: VariantFacts,
  sizes: Readonly<Record<string, number>>,
): readonly KernelVariant<S>[] {
  return variants.filter(
    ({ spec: { features = [], shapes }, overrides }) =>
      features.every((feature) => device.features.includes(feature)) &&
      brokenRule({ shapes }, { ...overrides, ...sizes }) === undefined,
  );
}
