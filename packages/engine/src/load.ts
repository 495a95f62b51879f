// Stage 1, load: a model file becomes weights on the GPU and a tokenizer. Streams the file; never holds it in the heap.
import {
  InvalidInputError,
  invariant,
  quantWordsPerRow,
  scaleWordsPerRow,
  throwIfAborted,
  weightBytes,
  type ModelConfig,
  type TensorId,
  type WeightLayout,
} from '@longread/core';
import {
  createTokenizer,
  openGguf,
  tokenizerFromJson,
  type ModelFile,
  type ModelTensor,
  type Tokenizer,
} from '@longread/formats';
import type { BufferOwner, Gpu } from '@longread/gpu';
import type { CallOptions } from './api.ts';
import { byteSourceOf, fetchModel, stagingBytes, verifyModel, type LoadOptions } from './model-source.ts';

/** A weight matrix on the GPU in its canonical layout; `rows` may be several tensors stacked. */
export interface Matrix {
  readonly layout: WeightLayout;
  readonly quants: GPUBuffer;
  readonly scales: GPUBuffer;
}

/** One output vector computed by one or more matrices, side by side. Stacked where formats allow. */
export interface Projection {
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly parts: readonly { readonly matrix: Matrix; readonly outOffset: number }[];
}

export interface LayerWeights {
  readonly attentionNorm: GPUBuffer;
  readonly qkv: Projection;
  readonly attentionOutput: Projection;
  readonly mlpNorm: GPUBuffer;
  readonly gateUp: Projection;
  readonly down: Projection;
}

export interface Model {
  readonly config: ModelConfig;
  readonly sha256: string;
  readonly tokenizer: Tokenizer;
  readonly embedding: Matrix;
  readonly layers: readonly LayerWeights[];
  readonly outputNorm: GPUBuffer;
  readonly lmHead: Projection;
}

/** A model file that was verified and understood; nothing of it is on the GPU yet. */
export interface OpenedModel {
  readonly file: ModelFile;
  readonly sha256: string;
  readonly tokenizer: Tokenizer;
}

/**
 * Fetches (when given a URL), verifies and parses a model file.
 * @throws InvalidInputError (empty) | NetworkError | IntegrityError | ModelFormatError | AbortedError
 */
export async function openModel(options: LoadOptions): Promise<OpenedModel> {
  const blob = options.model instanceof Blob ? options.model : await fetchModel(options.model, options);
  if (blob.size === 0) throw new InvalidInputError('The model file is empty.', { bytes: 0 });
  const hash = await verifyModel(blob, options);
  const file = await openGguf(byteSourceOf(blob));
  const { tokenizerJson } = options;
  const definition =
    tokenizerJson === undefined ? file.tokenizer : tokenizerFromJson(tokenizerJson, file.tokenizer);
  return { file, sha256: hash, tokenizer: createTokenizer(definition) };
}

/**
 * Repacks and uploads the weights, a few MiB at a time.
 * @throws ModelFormatError (damaged values) | OutOfMemoryError | LimitExceededError | AbortedError
 */
export async function uploadModel(
  gpu: Gpu,
  owner: BufferOwner,
  { file, sha256, tokenizer }: OpenedModel,
  options: CallOptions,
): Promise<Model> {
  const upload = createUploader(gpu, owner, file, options);
  const { config } = file;
  const layers: LayerWeights[] = [];
  const embedding = await upload.matrix([{ role: 'tokenEmbedding' }]);
  for (let layer = 0; layer < config.numLayers; layer++) {
    layers.push({
      attentionNorm: await upload.norm({ role: 'attentionNorm', layer }),
      qkv: await upload.projection([
        { role: 'query', layer },
        { role: 'key', layer },
        { role: 'value', layer },
      ]),
      attentionOutput: await upload.projection([{ role: 'attentionOutput', layer }]),
      mlpNorm: await upload.norm({ role: 'mlpNorm', layer }),
      gateUp: await upload.projection([
        { role: 'gate', layer },
        { role: 'up', layer },
      ]),
      down: await upload.projection([{ role: 'down', layer }]),
    });
  }
  const lmHead = config.tiedEmbeddings
    ? projectionOf([{ matrix: embedding, outOffset: 0 }])
    : await upload.projection([{ role: 'lmHead' }]);
  const outputNorm = await upload.norm({ role: 'outputNorm' });
  await owner.settled();
  return { config, sha256, tokenizer, embedding, layers, outputNorm, lmHead };
}

interface Uploader {
  norm(id: TensorId): Promise<GPUBuffer>;
  matrix(ids: readonly TensorId[]): Promise<Matrix>;
  projection(ids: readonly TensorId[]): Promise<Projection>;
}

function createUploader(gpu: Gpu, owner: BufferOwner, file: ModelFile, options: CallOptions): Uploader {
  const total = file.tensors.reduce((sum, { layout }) => sum + weightBytes(layout), 0);
  let done = 0;
  const find = (id: TensorId): ModelTensor => {
    const key = JSON.stringify(id);
    const tensor = file.tensors.find((candidate) => sameTensor(candidate.id, id));
    invariant(tensor, `openGguf accepted a file without ${key}`);
    return tensor;
  };
  /** Stacks tensors of one layout, row after row, in one matrix. */
  const stack = async (tensors: readonly ModelTensor[]): Promise<Matrix> => {
    const first = tensors[0];
    invariant(first, 'a matrix needs a tensor');
    const rows = tensors.reduce((sum, { layout }) => sum + layout.rows, 0);
    const layout: WeightLayout = { ...first.layout, rows };
    const quantWords = quantWordsPerRow(layout);
    const scaleWords = scaleWordsPerRow(layout);
    const quants = owner.storage(`${first.name} quants`, 4 * rows * quantWords);
    const scales = scaleWords === 0 ? quants : owner.storage(`${first.name} scales`, 4 * rows * scaleWords);
    let base = 0;
    for (const tensor of tensors) {
      for await (const piece of file.readRows(tensor, stagingBytes)) {
        throwIfAborted(options.signal, 'load');
        const row = base + piece.firstRow;
        gpu.write(quants, 4 * row * quantWords, piece.quants);
        if (scaleWords > 0) gpu.write(scales, 4 * row * scaleWords, piece.scales);
        done += piece.quants.byteLength + piece.scales.byteLength;
        options.onProgress?.({ phase: 'load', done, total, unit: 'bytes' });
      }
      base += tensor.layout.rows;
    }
    // Uploads sit in the process's memory until the queue takes them: keep that from growing with the model.
    await gpu.recorder.uploaded();
    return { layout, quants, scales };
  };
  return {
    norm: async (id) => (await stack([find(id)])).quants,
    matrix: async (ids) => stack(ids.map(find)),
    projection: async (ids) => {
      const parts: { matrix: Matrix; outOffset: number }[] = [];
      let outOffset = 0;
      let run: ModelTensor[] = [];
      const flush = async () => {
        if (run.length === 0) return;
        const matrix = await stack(run);
        parts.push({ matrix, outOffset });
        outOffset += matrix.layout.rows;
        run = [];
      };
      for (const tensor of ids.map(find)) {
        if (run[0] && !sameLayout(run[0].layout, tensor.layout)) await flush();
        run.push(tensor);
      }
      await flush();
      return projectionOf(parts);
    },
  };
}

function projectionOf(parts: Projection['parts']): Projection {
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
