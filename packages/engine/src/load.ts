// Stage 1, load: a model file becomes weights on the GPU and a tokenizer. Streams the file; never holds it in the heap.
import {
  InvalidInputError,
  invariant,
  quantWordsPerRow,
  scaleWordsPerRow,
  throwIfAborted,
  weightBytes,
  weightKinds,
  type ModelConfig,
  type TensorId,
  type WeightKind,
  type WeightRows,
} from '@longread/core';
import {
  checkChat,
  createTokenizer,
  isHubId,
  parseHubId,
  quantizeModel,
  quantizeTensors,
  tokenizerFromJson,
  type ModelFile,
  type ModelTensor,
  type Tokenizer,
} from '@longread/formats';
import type { BufferOwner, Gpu } from '@longread/gpu';
import type { CallOptions } from './api.ts';
import { addressOf } from './model/address.ts';
import { fetchModel } from './model/fetch-model.ts';
import { openHubModel } from './model/hub-model.ts';
import { isFiles } from './model/is-files.ts';
import { filesOfModel, type ModelFiles } from './model/model-files.ts';
import { stagingBytes, verifyModel, type LoadOptions } from './model/model-source.ts';
import { createPlaces, projectionOf, type Place } from './model/places.ts';
import { mixerOf } from './model/mixers.ts';
import type { LayerWeights, Model } from './model/weights.ts';

export {
  mixingProjections,
  type InputWeights,
  type AttentionWeights,
  type ConvolutionWeights,
  type DeltaWeights,
  type LayerWeights,
  type Matrix,
  type Model,
  type Projection,
} from './model/weights.ts';

/** A model file that was verified and understood; nothing of it is on the GPU yet. */
export interface OpenedModel {
  readonly file: ModelFile;
  /** Of all files of the model, one behind the other. */
  readonly sha256: string;
  /** What its weights are computed with; as in the file where this is absent. */
  readonly weights?: WeightKind | undefined;
  readonly tokenizer: Tokenizer;
}

/**
 * Fetches (when given a URL, unless the files are stored), verifies and parses a model.
 * @throws InvalidInputError (empty, or an option) | NetworkError | IntegrityError | ModelFormatError | AbortedError
 */
export async function openModel(options: LoadOptions): Promise<OpenedModel> {
  const { model, weights = 'file', check } = options;
  if (!weightKinds.includes(weights)) {
    // Callers may come from untyped code, where anything arrives here.
    const value: string = weights;
    throw new InvalidInputError(`There are no weights '${value}'. Use one of ${weightKinds.join(', ')}.`, {
      setting: 'weights',
      value,
    });
  }
  const loading: LoadOptions = {
    ...options,
    // What is asked for is what will lie on the device.
    check:
      check &&
      ((header, sizeBytes) =>
        check({ ...header, tensors: quantizeTensors(header.tensors, weights) }, sizeBytes)),
  };
  if (isFiles(model)) return openModelFiles(await filesOfModel(model), loading);
  const open = (url: string, expected: LoadOptions) =>
    fetchModel(url, expected, (files) => openModelFiles(files, expected));
  const address = addressOf(model);
  if (!isHubId(address)) return open(address, loading);
  return openHubModel(parseHubId(address), loading, ([url = ''], expected) => open(url, expected));
}

async function openModelFiles({ whole, open }: ModelFiles, options: LoadOptions): Promise<OpenedModel> {
  if (whole.size === 0) throw new InvalidInputError('The model file is empty.', { bytes: 0 });
  const stored = await open().catch(async (error: unknown) => {
    if (options.sha256 !== undefined) await verifyModel(whole, options); // another file: that is what is wrong with it
    throw error;
  });
  const { tokenizerJson, weights = 'file', check } = options;
  const definition =
    tokenizerJson === undefined ? stored.tokenizer : tokenizerFromJson(tokenizerJson, stored.tokenizer);
  const tokenizer = createTokenizer(definition);
  checkChat(tokenizer); // no question could be asked: said before a document is read
  await check?.(stored, whole.size);
  const file = quantizeModel(stored, weights);
  return { file, sha256: await verifyModel(whole, options), weights, tokenizer };
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
  const { maxBufferSize, maxStorageBufferBindingSize } = gpu.facts;
  const places = createPlaces(owner, file, Math.min(maxBufferSize, maxStorageBufferBindingSize));
  const { config } = file;
  const embedding = places.matrix({ role: 'tokenEmbedding' });
  const layers = Array.from({ length: config.numLayers }, (_, layer): LayerWeights => ({
    attentionNorm: config.preNorms ? places.vectors([{ role: 'attentionNorm', layer }]) : undefined,
    ...mixerOf(config, places, layer),
    postAttentionNorm: config.postNorms ? places.vectors([{ role: 'postAttentionNorm', layer }]) : undefined,
    mlpNorm: config.preNorms ? places.vectors([{ role: 'mlpNorm', layer }]) : undefined,
    gateUp: places.projection([
      { role: 'gate', layer },
      { role: 'up', layer },
    ]),
    down: places.projection([{ role: 'down', layer }]),
    postMlpNorm: config.postNorms ? places.vectors([{ role: 'postMlpNorm', layer }]) : undefined,
    input: config.layerInputs && {
      gate: places.projection([{ role: 'inputGate', layer }]),
      projection: places.projection([{ role: 'inputProjection', layer }]),
      postNorm: places.vectors([{ role: 'postInputNorm', layer }]),
    },
  }));
  const lmHead = config.tiedEmbeddings ? projectionOf(embedding) : places.projection([{ role: 'lmHead' }]);
  const { layerInputsOf: rowsOf } = file;
  const layerInputs = rowsOf && {
    projection: places.projection([{ role: 'layerInputs' }]),
    norm: places.vectors([{ role: 'layerInputsNorm' }]),
    rowsOf,
  };
  const outputNorm = places.vectors([{ role: 'outputNorm' }]);
  await owner.settled();
  await fillPlaces(gpu, file, places.all, options);
  return { config, sha256, tokenizer, embedding, layers, layerInputs, outputNorm, lmHead };
}

/** Uploads the rows of a piece that go to `place`. */
function writeRows(
  gpu: Gpu,
  { matrix, base, firstRow, count }: Place,
  piece: Pick<WeightRows, 'firstRow' | 'numRows' | 'quants' | 'scales'>,
): void {
  const begin = Math.max(firstRow, piece.firstRow);
  const end = Math.min(firstRow + count, piece.firstRow + piece.numRows);
  if (begin >= end) return;
  const { quants, scales, layout } = matrix;
  const write = (buffer: GPUBuffer, rows: Uint32Array<ArrayBuffer>, words: number) => {
    const some = rows.subarray((begin - piece.firstRow) * words, (end - piece.firstRow) * words);
    gpu.write(buffer, 4 * (base + begin - firstRow) * words, some);
  };
  write(quants, piece.quants, quantWordsPerRow(layout));
  if (scales !== quants) write(scales, piece.scales, scaleWordsPerRow(layout));
}

/** Streams all tensors to their places in the order of the file. */
async function fillPlaces(
  gpu: Gpu,
  file: ModelFile,
  places: ReadonlyMap<ModelTensor, readonly Place[]>,
  { signal, onProgress }: CallOptions,
): Promise<void> {
  const total = file.tensors.reduce((sum, { layout }) => sum + weightBytes(layout), 0);
  let done = 0;
  for (const tensor of file.tensors) {
    const place = places.get(tensor);
    invariant(place, `${tensor.name} has no place`);
    const factor = factorOf(tensor.id.role, file.config);
    for await (const piece of file.readRows(tensor, stagingBytes)) {
      throwIfAborted(signal, 'load');
      if (factor !== 1) scaleFloats(piece.quants, factor);
      for (const each of place) writeRows(gpu, each, piece);
      done += piece.quants.byteLength + piece.scales.byteLength;
      onProgress?.({ phase: 'load', done, total, unit: 'bytes' });
    }
    // Uploads sit in the process's memory until the queue takes them: keep that from growing with the model.
    await gpu.recorder.uploaded({ during: 'load', signal });
  }
}

/** What weights of norms, which are f32, are multiplied by: what is linear in them is scaled. */
function factorOf(role: TensorId['role'], { logitScale }: ModelConfig): number {
  if (role === 'outputNorm') return logitScale;
  return role === 'layerInputsNorm' ? Math.SQRT1_2 : 1; // one of two parts that are added
}

function scaleFloats(words: Uint32Array<ArrayBuffer>, factor: number): void {
  const values = new Float32Array(words.buffer, words.byteOffset, words.length);
  values.forEach((value, i) => (values[i] = value * factor));
}
