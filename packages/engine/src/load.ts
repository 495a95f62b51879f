// Stage 1, load: a model file becomes weights on the GPU and a tokenizer. Streams the file; never holds it in the heap.
import {
  InvalidInputError,
  invariant,
  quantWordsPerRow,
  scaleWordsPerRow,
  throwIfAborted,
  weightBytes,
  weightKinds,
  type WeightKind,
} from '@longread/core';
import {
  checkChat,
  createTokenizer,
  quantizeModel,
  tokenizerFromJson,
  type ModelFile,
  type ModelTensor,
  type Tokenizer,
} from '@longread/formats';
import type { BufferOwner, Gpu } from '@longread/gpu';
import type { CallOptions } from './api.ts';
import { fetchModel } from './model/fetch-model.ts';
import { isFiles } from './model/is-files.ts';
import { filesOfModel, type ModelFiles } from './model/model-files.ts';
import { stagingBytes, verifyModel, type LoadOptions } from './model/model-source.ts';
import { createPlaces, projectionOf, type Place } from './model/places.ts';
import type { LayerWeights, Model } from './model/weights.ts';

export type { LayerWeights, Matrix, Model, Projection } from './model/weights.ts';

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
  const { model, weights = 'file' } = options;
  if (!weightKinds.includes(weights)) {
    // Callers may come from untyped code, where anything arrives here.
    const value: string = weights;
    throw new InvalidInputError(`There are no weights '${value}'. Use one of ${weightKinds.join(', ')}.`, {
      setting: 'weights',
      value,
    });
  }
  const open = (files: ModelFiles) => openModelFiles(files, options);
  return isFiles(model) ? open(await filesOfModel(model)) : fetchModel(String(model), options, open);
}

async function openModelFiles({ whole, open }: ModelFiles, options: LoadOptions): Promise<OpenedModel> {
  if (whole.size === 0) throw new InvalidInputError('The model file is empty.', { bytes: 0 });
  const sha256 = await verifyModel(whole, options);
  const { tokenizerJson, weights = 'file' } = options;
  const file = quantizeModel(await open(), weights);
  const definition =
    tokenizerJson === undefined ? file.tokenizer : tokenizerFromJson(tokenizerJson, file.tokenizer);
  const tokenizer = createTokenizer(definition);
  checkChat(tokenizer); // no question could be asked: said before a document is read
  return { file, sha256, weights, tokenizer };
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
  const places = createPlaces(owner, file);
  const { config } = file;
  const embedding = places.matrix([{ role: 'tokenEmbedding' }]);
  const layers = Array.from({ length: config.numLayers }, (_, layer): LayerWeights => ({
    attentionNorm: config.preNorms ? places.vectors([{ role: 'attentionNorm', layer }]) : undefined,
    qkv: places.projection([
      { role: 'query', layer },
      { role: 'key', layer },
      { role: 'value', layer },
    ]),
    qkvBias: config.qkvBias
      ? places.vectors([
          { role: 'queryBias', layer },
          { role: 'keyBias', layer },
          { role: 'valueBias', layer },
        ])
      : undefined,
    headNorms:
      config.qkNorm === 'each-head'
        ? places.vectors([
            { role: 'queryNorm', layer },
            { role: 'keyNorm', layer },
          ])
        : undefined,
    togetherNorms:
      config.qkNorm === 'all-heads'
        ? {
            query: places.vectors([{ role: 'queryNorm', layer }]),
            key: places.vectors([{ role: 'keyNorm', layer }]),
          }
        : undefined,
    attentionOutput: places.projection([{ role: 'attentionOutput', layer }]),
    postAttentionNorm: config.postNorms ? places.vectors([{ role: 'postAttentionNorm', layer }]) : undefined,
    mlpNorm: config.preNorms ? places.vectors([{ role: 'mlpNorm', layer }]) : undefined,
    gateUp: places.projection([
      { role: 'gate', layer },
      { role: 'up', layer },
    ]),
    down: places.projection([{ role: 'down', layer }]),
    postMlpNorm: config.postNorms ? places.vectors([{ role: 'postMlpNorm', layer }]) : undefined,
  }));
  const lmHead = config.tiedEmbeddings
    ? projectionOf([{ matrix: embedding, outOffset: 0 }])
    : places.projection([{ role: 'lmHead' }]);
  const outputNorm = places.vectors([{ role: 'outputNorm' }]);
  await owner.settled();
  await fillPlaces(gpu, file, places.all, options);
  return { config, sha256, tokenizer, embedding, layers, outputNorm, lmHead };
}

/** Streams all tensors to their places in the order of the file. */
async function fillPlaces(
  gpu: Gpu,
  file: ModelFile,
  places: ReadonlyMap<ModelTensor, Place>,
  { signal, onProgress }: CallOptions,
): Promise<void> {
  const total = file.tensors.reduce((sum, { layout }) => sum + weightBytes(layout), 0);
  let done = 0;
  for (const tensor of file.tensors) {
    const place = places.get(tensor);
    invariant(place, `${tensor.name} has no place`);
    const { quants, scales, layout } = place.matrix;
    // Logits are linear in the weights of the last norm, which are f32.
    const factor = tensor.id.role === 'outputNorm' ? file.config.logitScale : 1;
    for await (const piece of file.readRows(tensor, stagingBytes)) {
      throwIfAborted(signal, 'load');
      if (factor !== 1) scaleFloats(piece.quants, factor);
      const row = place.base + piece.firstRow;
      gpu.write(quants, 4 * row * quantWordsPerRow(layout), piece.quants);
      if (scales !== quants) gpu.write(scales, 4 * row * scaleWordsPerRow(layout), piece.scales);
      done += piece.quants.byteLength + piece.scales.byteLength;
      onProgress?.({ phase: 'load', done, total, unit: 'bytes' });
    }
    // Uploads sit in the process's memory until the queue takes them: keep that from growing with the model.
    await gpu.recorder.uploaded({ during: 'load', signal });
  }
}

function scaleFloats(words: Uint32Array<ArrayBuffer>, factor: number): void {
  const values = new Float32Array(words.buffer, words.byteOffset, words.length);
  values.forEach((value, i) => (values[i] = value * factor));
}
