// A model named by its repository on a hub: which file that is, and, when this device cannot hold it, which smaller one it could.
import { LimitExceededError, OutOfMemoryError } from '@longread/core';
import {
  defaultHub,
  findHubFile,
  findStored,
  hubUrl,
  isSafetensorsName,
  readGgufModel,
  type HubFile,
  type HubModel,
  type ModelHeader,
} from '@longread/formats';
import { listHub, lookAtWeights, type Look } from '@longread/weights-cache';
import type { LoadOptions } from './model-source.ts';

/** Smaller files whose headers are looked at. */
const maxSmaller = 4;

/**
 * Opens what is stored of the repository without asking the hub; else lists its files, and opens the one that is named or usual.
 * @throws InvalidInputError (no such file) | NetworkError | what `open` throws, with what to take instead
 */
export async function openHubModel<T>(
  model: HubModel,
  options: LoadOptions,
  open: (urls: readonly string[], options: LoadOptions) => Promise<T>,
): Promise<T> {
  const { hub = defaultHub, cache, signal, sha256 } = options;
  const kept = (await cache?.list().catch(() => undefined)) ?? [];
  const stored = findStored(
    model,
    hub,
    kept.filter(({ complete }) => complete),
  );
  if (stored) return open(stored, options);
  const found = await findHubFile(model, hub, (url) =>
    cache ? cache.listHub(url, signal) : listHub(url, signal),
  );
  const expected = sha256 ?? found.sha256;
  try {
    return await open(found.urls, { ...options, ...(expected !== undefined && { sha256: expected }) });
  } catch (error) {
    if (!(error instanceof LimitExceededError || error instanceof OutOfMemoryError)) throw error;
    const Kind = error instanceof LimitExceededError ? LimitExceededError : OutOfMemoryError;
    const instead = await smallerThatFits(model, hub, found, options);
    throw new Kind(`${error.message} ${instead}`, error.details, { cause: error });
  }
}

/** A sentence on the largest of the smaller models of the repository that the device can hold. */
async function smallerThatFits(
  model: HubModel,
  hub: string,
  found: HubFile,
  { cache, check, signal }: LoadOptions,
): Promise<string> {
  const smaller = found.choices
    .filter(({ paths, sizeBytes }) => sizeBytes < found.sizeBytes && !paths.some(isSafetensorsName))
    .slice(0, maxSmaller);
  for (const { paths, sizeBytes } of check ? smaller : []) {
    const fitting: ModelHeader[] = [];
    const look: Look = async (file) => {
      const header = await readGgufModel(file);
      await check?.(header, file.size);
      fitting.push(header);
    };
    const urls = paths.map((path) => hubUrl(hub, model, path));
    await (cache ? cache.lookAt(urls, look, signal) : lookAtWeights(urls, look, signal)).catch(
      () => undefined,
    );
    if (fitting.length > 0)
      return `Of the same repository this one fits: hf:${model.repo}/${paths[0] ?? ''} (${Math.ceil(sizeBytes / 1e6)} MB).`;
  }
  return 'Of the same repository no smaller file was found that fits.';
}
