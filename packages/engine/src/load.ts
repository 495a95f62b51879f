// Stage 1, load: a model file becomes weights on the GPU and a tokenizer. Streams the file; never holds it in the heap.
import {
  InvalidInputError,
  invariant,
  LongreadError,
  quantWordsPerRow,
  scaleWordsPerRow,
  throwIfAborted,
  weightBytes,
  type WeightRows,
} from '@longread/core';
import {
  checkChat,
  checkModelHead,
  createTokenizer,
  isHubId,
  openGguf,
  parseHubId,
  partAddresses,
  readGgufModel,
  tokenizerFromJson,
  type ModelFile,
  type ModelTensor,
  type Tokenizer,
} from '@longread/formats';
import type { BufferOwner, Gpu } from '@longread/gpu';
import { loadWeights, lookAtWeights, type Look } from '@longread/weights-cache';
import type { CallOptions, Progress } from './api.ts';
import { addressOf } from './model/address.ts';
import { openHubModel } from './model/hub-model.ts';
import { isFiles } from './model/is-files.ts';
import {
  byteSourceOf,
  joinFiles,
  stagingBytes,
  verifyModel,
  type LoadOptions,
} from './model/model-source.ts';
import { createPlaces, projectionOf, type Place } from './model/places.ts';
import type { LayerWeights, Model } from './model/weights.ts';

export type { LayerWeights, Matrix, Model, Projection } from './model/weights.ts';

/** A model file that was verified and understood; nothing of it is on the GPU yet. */
export interface OpenedModel {
  readonly file: ModelFile;
  readonly sha256: string;
  readonly tokenizer: Tokenizer;
}

/**
 * Fetches (when given a URL, unless the file is stored), verifies and parses a model file.
 * @throws InvalidInputError (empty) | NetworkError | IntegrityError | ModelFormatError | AbortedError
 */
export async function openModel(options: LoadOptions): Promise<OpenedModel> {
  const { model } = options;
  if (isFiles(model)) return openModelFile(await joinFiles(model), options);
  const address = addressOf(model);
  if (isHubId(address)) return openHubModel(parseHubId(address), options, openUrls);
  return openUrls(partAddresses(address), options);
}

/** Of the parts of a model, or of one file. */
async function openUrls(urls: readonly string[], options: LoadOptions): Promise<OpenedModel> {
  const { sha256, ...rest } = options;
  const [url] = urls;
  if (url !== undefined && urls.length === 1)
    return fetchFile(url, options, lookOf(options), sha256, (file) => openModelFile(file, options));
  const look = lookOf(options);
  if (look)
    await (rest.cache ? rest.cache.lookAt(urls, look, rest.signal) : lookAtWeights(urls, look, rest.signal));
  const parts: Blob[] = [];
  for (const [i, part] of urls.entries()) {
    const before = parts.reduce((sum, file) => sum + file.size, 0);
    const onProgress = (progress: Progress): void => {
      const { done, total } = progress;
      // The parts to come are about as long as this one.
      const isFetch = progress.phase === 'fetch';
      options.onProgress?.(
        isFetch ? { ...progress, done: before + done, total: before + total * (urls.length - i) } : progress,
      );
    };
    const ofPart = { ...rest, model: part, onProgress };
    const open = async (file: Blob) => ({ sha256: await verifyModel(file, ofPart), file });
    parts.push((await fetchFile(part, ofPart, undefined, undefined, open)).file);
  }
  try {
    return await openModelFile(new Blob(parts), options);
  } catch (error) {
    // Each is whole and all together are no model: fetched anew they may be.
    const { cache } = options;
    if (cache && error instanceof LongreadError && ['Integrity', 'ModelFormat'].includes(error.code))
      await Promise.all(urls.map((part) => cache.delete(part).catch(() => undefined)));
    throw error;
  }
}

/** What is asked of a model that is not here yet. */
function lookOf({ check }: LoadOptions): Look | undefined {
  return check && (async (file) => check(await readGgufModel(file)));
}

/** What `open` makes of the file at `url`: of the stored one, or of one that is fetched. */
function fetchFile<T extends { readonly sha256: string }>(
  url: string,
  { cache, signal, onProgress }: LoadOptions,
  look: Look | undefined,
  sha256: string | undefined,
  open: (file: Blob) => Promise<T>,
): Promise<T> {
  const loading = {
    sha256,
    signal,
    checkHead: checkModelHead,
    look: /^https?:/.test(url) ? look : undefined,
    onProgress: (progress: { readonly done: number; readonly total: number }) =>
      onProgress?.({ phase: 'fetch', unit: 'bytes', ...progress }),
    open,
  };
  // blob: and data: URLs are no addresses of anything outside this page.
  return cache && /^https?:/.test(url) ? cache.load(url, loading) : loadWeights(url, loading);
}

async function openModelFile(blob: Blob, options: LoadOptions): Promise<OpenedModel> {
  if (blob.size === 0) throw new InvalidInputError('The model file is empty.', { bytes: 0 });
  const file = await openGguf(byteSourceOf(blob)).catch(async (error: unknown) => {
    if (options.sha256 !== undefined) await verifyModel(blob, options); // another file: that is what is wrong with it
    throw error;
  });
  const { tokenizerJson, check } = options;
  const definition =
    tokenizerJson === undefined ? file.tokenizer : tokenizerFromJson(tokenizerJson, file.tokenizer);
  const tokenizer = createTokenizer(definition);
  checkChat(tokenizer); // no question could be asked: said before a document is read
  await check?.(file);
  return { file, sha256: await verifyModel(blob, options), tokenizer };
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
    attentionNorm: places.vectors([{ role: 'attentionNorm', layer }]),
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
    headNorms: config.qkNorm
      ? places.vectors([
          { role: 'queryNorm', layer },
          { role: 'keyNorm', layer },
        ])
      : undefined,
    attentionOutput: places.projection([{ role: 'attentionOutput', layer }]),
    postAttentionNorm: config.postNorms ? places.vectors([{ role: 'postAttentionNorm', layer }]) : undefined,
    mlpNorm: places.vectors([{ role: 'mlpNorm', layer }]),
    gateUp: places.projection([
      { role: 'gate', layer },
      { role: 'up', layer },
    ]),
    down: places.projection([{ role: 'down', layer }]),
    postMlpNorm: config.postNorms ? places.vectors([{ role: 'postMlpNorm', layer }]) : undefined,
  }));
  const lmHead = config.tiedEmbeddings ? projectionOf(embedding) : places.projection([{ role: 'lmHead' }]);
  const outputNorm = places.vectors([{ role: 'outputNorm' }]);
  await owner.settled();
  await fillPlaces(gpu, file, places.all, options);
  return { config, sha256, tokenizer, embedding, layers, outputNorm, lmHead };
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
    for await (const piece of file.readRows(tensor, stagingBytes)) {
      throwIfAborted(signal, 'load');
      for (const each of place) writeRows(gpu, each, piece);
      done += piece.quants.byteLength + piece.scales.byteLength;
      onProgress?.({ phase: 'load', done, total, unit: 'bytes' });
    }
    // Uploads sit in the process's memory until the queue takes them: keep that from growing with the model.
    await gpu.recorder.uploaded({ during: 'load', signal });
  }
}
