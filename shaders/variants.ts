// The kernels that stand in for each other, with the overrides that suit a device's features. The first is the default, which
// runs everywhere; which one is fastest is measured, never guessed.
import { matmulSubgroup } from './matmul-subgroup/matmul-subgroup.ts';
import { matmulTiled, matmulTiledF16 } from './matmul-tiled/matmul-tiled.ts';
import { matmulQuad } from './matmul-quad/matmul-quad.ts';
import { matmul } from './matmul/matmul.ts';
import { matvecQuad } from './matvec-quad/matvec-quad.ts';
import { matvecRows } from './matvec-rows/matvec-rows.ts';
import { matvecSubgroup } from './matvec-subgroup/matvec-subgroup.ts';
import { matvec } from './matvec/matvec.ts';
import type { WeightLayout } from '@longread/core';
import type { KernelFeature, KernelSpec } from './kernel.ts';

/** What of a device decides which variants it can run. */
interface VariantFacts {
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

/** A kernel and its overrides on a device, those of the weights apart. */
export interface KernelVariant<S> {
  readonly spec: S;
  readonly overrides: Readonly<Record<string, number>>;
  /** Which weights it multiplies; all when absent. */
  readonly accepts?: (weights: WeightLayout) => boolean;
}

export function matmulVariants(device: VariantFacts): readonly KernelVariant<MatmulSpec>[] {
  // A lane has 16 outputs: in narrow workgroups few lanes are past the last one (matmul.wgsl).
  const narrow = { WORKGROUP_SIZE: Math.min(16, Math.max(4, device.subgroupSize)) };
  const variants: readonly KernelVariant<MatmulSpec>[] = [
    { spec: matmul, overrides: narrow },
    { spec: matmulQuad, overrides: narrow, accepts: ({ cols }) => cols % 16 === 0 },
    { spec: matmulTiled, overrides: {} },
    { spec: matmulTiledF16, overrides: { TILE_K: 64 } },
    { spec: matmulSubgroup, overrides: { WORKGROUP_SIZE: Math.max(64, device.subgroupSize) } },
  ];
  return variants.filter(({ spec }) => canRun(spec, device));
}

export function matvecVariants(device: VariantFacts): readonly KernelVariant<MatvecSpec>[] {
  const variants: readonly KernelVariant<MatvecSpec>[] = [
    { spec: matvec, overrides: {} },
    { spec: matvecRows, overrides: {} },
    { spec: matvecSubgroup, overrides: { WORKGROUP_SIZE: device.subgroupSize } },
    {
      spec: matvecQuad,
      overrides: { WORKGROUP_SIZE: Math.min(16, device.subgroupSize) },
      accepts: isInQuads,
    },
  ];
  return variants.filter(({ spec }) => canRun(spec, device));
}

/** What the kernels by quads multiply: quantised weights in whole tiles of 32 columns. */
function isInQuads({ format, cols }: WeightLayout): boolean {
  return (format === 'int4' || format === 'int8') && cols % 32 === 0;
}

function canRun({ features = [] }: Pick<KernelSpec, 'features'>, device: VariantFacts): boolean {
  return features.every((feature) => device.features.includes(feature));
}
