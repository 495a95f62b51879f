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
import type { Matrix, Projection } from './weights.ts';

/** Where a tensor's rows go: into `matrix` from row `base` on. */
export interface Place {
  readonly matrix: Matrix;
  readonly base: number;
}

export interface Places {
  readonly all: ReadonlyMap<ModelTensor, Place>;
  /** Norms of one length, or biases, as f32 one behind the other. */
  vectors(ids: readonly TensorId[]): GPUBuffer;
  matrix(ids: readonly TensorId[]): Matrix;
  projection(ids: readonly TensorId[]): Projection;
}

/** Allocates the weights and notes which tensor goes where. */
export function createPlaces(owner: BufferOwner, file: ModelFile): Places {
  const all = new Map<ModelTensor, Place>();
  const find = (id: TensorId): ModelTensor => {
    const tensor = file.tensors.find((candidate) => sameTensor(candidate.id, id));
    invariant(tensor, `openGguf accepted a file without ${JSON.stringify(id)}`);
    return tensor;
  };
  /** Stacks tensors of one layout, row after row, in one matrix. */
  const stack = (tensors: readonly ModelTensor[]): Matrix => {
    const first = tensors[0];
    invariant(first, 'a matrix needs a tensor');
    const rows = tensors.reduce((sum, { layout }) => sum + layout.rows, 0);
    const layout: WeightLayout = { ...first.layout, rows };
    const scaleWords = scaleWordsPerRow(layout);
    const quants = owner.storage(`${first.name} quants`, 4 * rows * quantWordsPerRow(layout));
    const scales = scaleWords === 0 ? quants : owner.storage(`${first.name} scales`, 4 * rows * scaleWords);
    const matrix: Matrix = { layout, quants, scales };
    let base = 0;
    for (const tensor of tensors) {
      all.set(tensor, { matrix, base });
      base += tensor.layout.rows;
    }
    return matrix;
  };
  return {
    all,
    vectors: (ids) => stack(ids.map(find)).quants,
    matrix: (ids) => stack(ids.map(find)),
    projection: (ids) => {
      const runs: ModelTensor[][] = [];
      for (const tensor of ids.map(find)) {
        const run = runs.at(-1);
        if (run?.[0] && sameLayout(run[0].layout, tensor.layout)) run.push(tensor);
        else runs.push([tensor]);
      }
      let outOffset = 0;
      return projectionOf(
        runs.map((run) => {
          const part = { matrix: stack(run), outOffset };
          outOffset += part.matrix.layout.rows;
          return part;
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
