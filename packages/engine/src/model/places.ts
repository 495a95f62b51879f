// Which buffer on the GPU, and which rows of it, each tensor of a model file goes to.
import {
  invariant,
  quantWordsPerRow,
  scaleWordsPerRow,
  type TensorId,
  type WeightLayout,
} from '@longread/core';
import type { ModelFile, ModelTensor } from '@longread/formats';
import type { BufferOwner } from '@longread/gpu';
import { planRowParts } from '@longread/planner';
import type { Matrix, MatrixPart, Projection } from './weights.ts';

/** Where rows of a tensor go: `count` of them from `firstRow` on, into `matrix` from row `base` on. */
export interface Place {
  readonly matrix: Matrix;
  readonly base: number;
  readonly firstRow: number;
  readonly count: number;
}

export interface Places {
  /** Of each tensor in the order of its rows. */
  readonly all: ReadonlyMap<ModelTensor, readonly Place[]>;
  /** Norms of one length, or biases, as f32 one behind the other. */
  vectors(ids: readonly TensorId[]): GPUBuffer;
  matrix(id: TensorId): readonly MatrixPart[];
  projection(ids: readonly TensorId[]): Projection;
}

/**
 * Allocates the weights and notes which tensor goes where.
 * @param maxBytes of a buffer: matrices above it are cut by rows.
 */
export function createPlaces(owner: BufferOwner, file: ModelFile, maxBytes: number): Places {
  const all = new Map<ModelTensor, Place[]>();
  /** Several where its rows come by turns with others. */
  const find = (id: TensorId): readonly ModelTensor[] => {
    const tensors = file.tensors.filter((candidate) => sameTensor(candidate.id, id));
    invariant(tensors.length > 0, `openGguf accepted a file without ${JSON.stringify(id)}`);
    return tensors;
  };
  const matrixOf = (name: string, layout: WeightLayout): Matrix => {
    const { rows } = layout;
    const scaleWords = scaleWordsPerRow(layout);
    const quants = owner.storage(`${name} quants`, 4 * rows * quantWordsPerRow(layout));
    const scales = scaleWords === 0 ? quants : owner.storage(`${name} scales`, 4 * rows * scaleWords);
    return { layout, quants, scales };
  };
  /** Stacks tensors of one layout, row after row, in one matrix, or in several where that would be too large. */
  const stack = (tensors: readonly ModelTensor[], limit = maxBytes): readonly MatrixPart[] => {
    const first = tensors[0];
    invariant(first, 'a matrix needs a tensor');
    const layout = { ...first.layout, rows: tensors.reduce((sum, { layout }) => sum + layout.rows, 0) };
    let outOffset = 0;
    const parts = planRowParts(layout, limit).map((rows) => {
      const part = { matrix: matrixOf(first.name, { ...layout, rows }), outOffset };
      outOffset += rows;
      return part;
    });
    let start = 0;
    for (const tensor of tensors) {
      const end = start + tensor.layout.rows;
      all.set(
        tensor,
        parts.flatMap(({ matrix, outOffset: from }) => {
          const begin = Math.max(start, from);
          const count = Math.min(end, from + matrix.layout.rows) - begin;
          return count > 0 ? [{ matrix, base: begin - from, firstRow: begin - start, count }] : [];
        }),
      );
      start = end;
    }
    return parts;
  };
  return {
    all,
    vectors: (ids) => {
      const [part] = stack(ids.flatMap(find), Infinity);
      invariant(part, 'vectors are in one buffer');
      return part.matrix.quants;
    },
    matrix: (id) => stack(find(id)),
    projection: (ids) => {
      const runs: ModelTensor[][] = [];
      for (const tensor of ids.flatMap(find)) {
        const run = runs.at(-1);
        if (run?.[0] && sameLayout(run[0].layout, tensor.layout)) run.push(tensor);
        else runs.push([tensor]);
      }
      let outOffset = 0;
      return projectionOf(
        runs.flatMap((run) => {
          const parts = stack(run).map((part) => ({ ...part, outOffset: outOffset + part.outOffset }));
          outOffset += parts.reduce((sum, { matrix }) => sum + matrix.layout.rows, 0);
          return parts;
        }),
      );
    },
  };
}

export function projectionOf(parts: Projection['parts']): Projection {
  const first = parts[0];
  invariant(first, 'a projection needs a matrix');
  const outFeatures = parts.reduce((sum, { matrix }) => sum + matrix.layout.rows, 0);
  return { inFeatures: first.matrix.layout.cols, outFeatures, parts };
}

function sameTensor(a: TensorId, b: TensorId): boolean {
  return a.role === b.role && ('layer' in a ? a.layer : -1) === ('layer' in b ? b.layer : -1);
}

function sameLayout(a: WeightLayout, b: WeightLayout): boolean {
  return a.format === b.format && a.groupSize === b.groupSize && a.cols === b.cols;
}
