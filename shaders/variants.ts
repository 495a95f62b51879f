// The kernels that stand in for each other: of an operation's bodies those that a device's features and the sizes at hand allow, with
// the overrides that suit the device. Which one is used is measured (products, attention), or the first, among
// those that pass their self-test.
import type { WeightLayout } from '@longread/core';
import { attentionScores, attentionValues } from './attention/attention.ts';
import { decodeAttentionReduce, decodeAttentionSplit } from './decode-attention/decode-attention.ts';
import { flashAttentionOutput, flashAttentionReceived } from './flash-attention/flash-attention.ts';
import { brokenRule, type DeviceTraits, type KernelSpec } from './kernel.ts';
import { weightOverrides } from './lib/weights.ts';
import { matmul } from './matmul/matmul.ts';
import { matvec } from './matvec/matvec.ts';
import type { KernelOf, Operation } from './operation.ts';
import { ropeToken } from './rope/rope.ts';

/** A kernel with matmul's signature. */
export type MatmulSpec = KernelOf<typeof matmul>;
/** A kernel with matvec's signature. */
export type MatvecSpec = KernelOf<typeof matvec>;

/** A kernel and its overrides on a device. */
export interface KernelVariant<S> {
  readonly spec: S;
  readonly overrides: Readonly<Record<string, number>>;
}

/** The bodies of `operation` that do the sizes on the device, in their order; `overrides` are what the data decides. */
export function variantsOf<B extends string, U extends string, O extends string>(
  operation: Operation<B, U, O>,
  device: DeviceTraits,
  sizes: Readonly<Partial<Record<NoInfer<U>, number>>>,
  overrides?: Readonly<Partial<Record<NoInfer<O>, number>>>,
): readonly KernelVariant<KernelSpec<B, U, O>>[] {
  return Object.values<KernelSpec<B, U, O>>(operation.bodies).flatMap((spec) => {
    const suited = spec.suits === undefined ? {} : spec.suits(device, sizes);
    if (suited === undefined) return [];
    if (!(spec.features ?? []).every((feature) => device.features.includes(feature))) return [];
    const own = { ...overrides, ...suited } as Readonly<Record<string, number>>;
    return brokenRule(spec, { ...own, ...sizes }) === undefined ? [{ spec, overrides: own }] : [];
  });
}

/** The products of many tokens with a matrix. The first is the default, which runs everywhere. */
export function matmulVariants(
  device: DeviceTraits,
  layout: WeightLayout,
): readonly KernelVariant<MatmulSpec>[] {
  return variantsOf(matmul, device, { in_features: layout.cols }, weightOverrides(layout));
}

/** The products of one token with a matrix. The first is the default, which runs everywhere. */
export function matvecVariants(
  device: DeviceTraits,
  layout: WeightLayout,
): readonly KernelVariant<MatvecSpec>[] {
  return variantsOf(matvec, device, { in_features: layout.cols }, weightOverrides(layout));
}

/** q . k of a tile of rows, the preferred one first. */
export function scoresVariants(
  device: DeviceTraits,
  headDim: number,
): readonly KernelVariant<KernelOf<typeof attentionScores>>[] {
  return variantsOf(attentionScores, device, { head_dim: headDim });
}

/** Probabilities times values of a tile of rows, the preferred one first. */
export function valuesVariants(
  device: DeviceTraits,
  headDim: number,
): readonly KernelVariant<KernelOf<typeof attentionValues>>[] {
  return variantsOf(attentionValues, device, { head_dim: headDim });
}

/** Attention of a tile of rows in one dispatch, the preferred one first; none for heads that are too long. */
export function flashOutputVariants(
  device: DeviceTraits,
  headDim: number,
): readonly KernelVariant<KernelOf<typeof flashAttentionOutput>>[] {
  return variantsOf(flashAttentionOutput, device, { head_dim: headDim });
}

/** What keys receive of the rows of a tile whose attention was one dispatch. */
export function flashReceivedVariants(
  device: DeviceTraits,
  headDim: number,
): readonly KernelVariant<KernelOf<typeof flashAttentionReceived>>[] {
  return variantsOf(flashAttentionReceived, device, { head_dim: headDim });
}

/** Attention of one token over splits of the keys, the preferred one first. */
export function splitVariants(
  device: DeviceTraits,
  headDim: number,
  groupSize: number,
): readonly KernelVariant<KernelOf<typeof decodeAttentionSplit>>[] {
  return variantsOf(decodeAttentionSplit, device, { head_dim: headDim, group_size: groupSize });
}

/** What puts the splits together, the preferred one first. */
export function reduceVariants(
  device: DeviceTraits,
  headDim: number,
): readonly KernelVariant<KernelOf<typeof decodeAttentionReduce>>[] {
  return variantsOf(decodeAttentionReduce, device, { head_dim: headDim });
}

/** Projected heads of one token to where attention reads them; none where no kernel does all of it. */
export function tokenVariants(
  device: DeviceTraits,
  headDim: number,
  overrides: Readonly<Partial<Record<'HALF_PAIRS' | 'IN_PART' | 'BIAS' | 'NORMED', number>>>,
): readonly KernelVariant<KernelOf<typeof ropeToken>>[] {
  return variantsOf(ropeToken, device, { head_dim: headDim }, overrides);
}
