// The order in which variants are tried, of a matrix's products and of attention: by what was measured on their shape class (tune.ts).
import {
  fastestVariant,
  headSizesOf,
  invariant,
  rankVariants,
  type ModelConfig,
  type TuningRow,
} from '@longread/core';
import type { Gpu } from '@longread/gpu';
import { attentionKinds, leastFlashFlops, type AttentionKind } from '@longread/planner';
import {
  flashAttentionOutput,
  matmulVariants,
  matvecVariants,
  type KernelSpec,
  type KernelVariant,
  type MatmulSpec,
  type MatvecSpec,
} from '@longread/shaders';
import { mixingProjections, type Matrix, type Model, type Projection } from '../load.ts';

/** What is measured: the product of many tokens (prefill), and that of one (decode). */
export type Product = 'matmul' | 'matvec';

/** Matrices that both prefill and decode multiply by. */
export function layerMatrices({ layers, layerInputs }: Model): readonly Matrix[] {
  const ofLayers = layers.flatMap((w) => {
    const ofInput = w.input ? [w.input.gate, w.input.projection] : [];
    return [...mixingProjections(w), w.gateUp, w.down, ...ofInput];
  });
  return [...ofLayers, ...(layerInputs ? [layerInputs.projection] : [])].flatMap(matricesOf);
}

/** Matrices that only decode multiplies by. */
export function lmHeadMatrices({ lmHead }: Model): readonly Matrix[] {
  return matricesOf(lmHead);
}

/** Format and shape of the weights, as in `int4/32 576x960`. */
export function shapeClassOf({ layout: { format, groupSize, rows, cols } }: Matrix): string {
  return `${format}${groupSize > 1 ? `/${groupSize}` : ''} ${cols}x${rows}`;
}

export function matmulsFor(
  gpu: Gpu,
  matrix: Matrix,
  rows: readonly TuningRow[],
): readonly KernelVariant<MatmulSpec>[] {
  return ranked(rows, 'matmul', matrix, matmulVariants(gpu.facts, matrix.layout));
}

export function matvecsFor(
  gpu: Gpu,
  matrix: Matrix,
  rows: readonly TuningRow[],
): readonly KernelVariant<MatvecSpec>[] {
  return ranked(rows, 'matvec', matrix, matvecVariants(gpu.facts, matrix.layout));
}

/** What shapes of attention differ in. */
export type HeadShape = Pick<ModelConfig, 'headDim' | 'numHeads' | 'numKvHeads'>;

/** As in `64 9/3`: head size, query heads, heads of a group. */
export function attentionClassOf({ headDim, numHeads, numKvHeads }: HeadShape): string {
  return `${headDim} ${numHeads}/${numHeads / numKvHeads}`;
}

/** Which kind was measured to take less time; the default where that is not known, or not the same for heads of all sizes. */
export function attentionKindFor(rows: readonly TuningRow[], config: ModelConfig): AttentionKind {
  const [kind = attentionKinds[0], ...others] = headSizesOf(config).map((headDim) => {
    const fastest = fastestVariant(rows, 'attention', attentionClassOf({ ...config, headDim }));
    return attentionKinds.find((each) => each === fastest);
  });
  return others.every((other) => other === kind) ? kind : attentionKinds[0];
}

/** Seconds of a dispatch of attention where the device is fast. */
const flashSeconds = 0.05;

/**
 * Floating-point operations of a dispatch of attention by what was measured, a power of two: what keys receive is added up dispatch by
 * dispatch, and a table that was measured again must not cut a pass elsewhere.
 */
export function flashFlopsFor(rows: readonly TuningRow[], heads: HeadShape): number {
  const shapeClass = attentionClassOf(heads);
  const rates = rows.map((row) =>
    row.kernel === flashAttentionOutput.name && row.shapeClass === shapeClass ? (row.gflops ?? 0) : 0,
  );
  const flops = 1e9 * Math.max(1, ...rates) * flashSeconds;
  return Math.max(leastFlashFlops, 2 ** Math.floor(Math.log2(flops)));
}

/** The variants of a part of attention, best first by what was measured. */
export function attentionParts<S extends KernelSpec>(
  rows: readonly TuningRow[],
  operation: string,
  heads: HeadShape,
  variants: readonly KernelVariant<S>[],
): readonly KernelVariant<S>[] {
  return rankedBy(rows, operation, attentionClassOf(heads), variants);
}

/** The variants for a matrix, best first by what was measured; the default first where nothing was. */
function ranked<S extends MatmulSpec | MatvecSpec>(
  rows: readonly TuningRow[],
  kernel: Product,
  matrix: Matrix,
  variants: readonly KernelVariant<S>[],
): readonly KernelVariant<S>[] {
  return rankedBy(rows, kernel, shapeClassOf(matrix), variants);
}

function rankedBy<S extends KernelSpec>(
  rows: readonly TuningRow[],
  kernel: string,
  shapeClass: string,
  variants: readonly KernelVariant<S>[],
): readonly KernelVariant<S>[] {
  const names = variants.map(({ spec }) => spec.name);
  return rankVariants(rows, kernel, shapeClass, names).map((name) => {
    const variant = variants.find(({ spec }) => spec.name === name);
    invariant(variant, `${name} is no variant of ${kernel}`);
    return variant;
  });
}

function matricesOf({ parts }: Projection): readonly Matrix[] {
  return parts.map(({ matrix }) => matrix);
}
