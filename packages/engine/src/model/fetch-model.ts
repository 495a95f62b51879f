// A model by its address: the files that it is of are fetched from beside each other, unless they are stored.
import { LongreadError, NetworkError } from '@longread/core';
import {
  checkChat,
  checkModelHead,
  createTokenizer,
  indexName,
  isHubName,
  isSafetensorsName,
  optionalNames,
  partAddresses,
  readGgufModel,
  requiredNames,
  shardNames,
} from '@longread/formats';
import { loadWeights, lookAtWeights, type Look } from '@longread/weights-cache';
import type { Progress } from '../api.ts';
import { ggufFile, hubFiles, type ModelFiles, type NamedBlob } from './model-files.ts';
import { hubFormat } from './hub-format.ts';
import { byteSourceOf, hashOf, type LoadOptions } from './model-source.ts';

/** The name of the file at an address. */
function nameAt(url: string): string {
  const path = URL.canParse(url) ? new URL(url).pathname : '';
  try {
    return decodeURIComponent(path.slice(path.lastIndexOf('/') + 1));
  } catch {
    return ''; // a percent sign that escapes nothing
  }
}

/** The address of another file in the same folder, asked for in the same way. */
function besideUrl(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = other.pathname.replace(/[^/]*$/, encodeURIComponent(name));
  return other.href;
}

/** blob: and data: URLs are no addresses of anything outside this page. */
const isRemote = (url: string): boolean => /^https?:/.test(url);

/** The addresses of all files of the model of which one is named, as far as they tell: in a folder of a hub all that are stored. */
export function addressesOf(url: string, stored: readonly { readonly url: string }[]): readonly string[] {
  const name = nameAt(url);
  if (!isHubName(name)) return partAddresses(url);
  return stored
    .map((file) => file.url)
    .filter((other) => isHubName(nameAt(other)) && besideUrl(other, name) === url);
}

/**
 * What `open` makes of the model at `url`, which nothing but it has judged.
 * @throws NetworkError | what `open` throws | ModelFormatError | AbortedError
 */
export async function fetchModel<T extends { readonly sha256: string }>(
  url: string,
  options: LoadOptions,
  open: (files: ModelFiles) => Promise<T>,
): Promise<T> {
  const isHub = isSafetensorsName(nameAt(url));
  const urls = partAddresses(url);
  if (!isHub) await lookFirst(urls, lookAtGguf(options), options);
  if (!isHub && urls.length === 1) {
    const asked = { sha256: options.sha256, checkHead: checkModelHead, look: lookAtGguf(options) };
    return fetchFile(url, options, asked, (file) => open(ggufFile(file)));
  }
  const fetched = new Set<string>();
  try {
    return await open(
      isHub ? await fetchHub(url, options, fetched) : await fetchParts(urls, options, fetched),
    );
  } catch (error) {
    // Each is whole and all together are no model: fetched anew they may be.
    const { cache } = options;
    if (cache && error instanceof LongreadError && ['Integrity', 'ModelFormat'].includes(error.code))
      await Promise.all([...fetched].map((file) => cache.delete(file).catch(() => undefined)));
    throw error;
  }
}

async function fetchParts(
  urls: readonly string[],
  options: LoadOptions,
  fetched: Set<string>,
): Promise<ModelFiles> {
  const parts = await fetchInTurn(
    urls,
    options,
    { checkHead: checkModelHead, look: lookAtGguf(options) },
    fetched,
  );
  return ggufFile(new Blob([...parts]));
}

/** The files beside the weights come first: a model that does not run is refused before they are waited for. */
async function fetchHub(url: string, options: LoadOptions, fetched: Set<string>): Promise<ModelFiles> {
  const { checkConfig, checkHubHead, openHubTokenizer, openSafetensors, readIndex } = await hubFormat();
  const files: NamedBlob[] = [];
  const fetchSide = async (name: string, mayBeAbsent: boolean): Promise<NamedBlob> => {
    const address = besideUrl(url, name);
    const checkHead = (head: Uint8Array) => checkHubHead(name, head);
    const { file } = await fetchFile(address, options, { checkHead, mayBeAbsent }, async (blob) => {
      if (name === 'config.json') await checkConfig({ name, source: byteSourceOf(blob) });
      return { sha256: await hashOf(blob, { signal: options.signal }), file: blob };
    });
    fetched.add(address);
    return { name, file };
  };
  for (const name of requiredNames) files.push(await fetchSide(name, false));
  for (const name of optionalNames) {
    const side = await fetchSide(name, true);
    if (side.file.size > 0) files.push(side);
  }
  const sources = files.map(({ name, file }) => ({ name, source: byteSourceOf(file) }));
  checkChat(createTokenizer(await openHubTokenizer(sources)));
  const named = nameAt(url);
  let weights = shardNames(named);
  if (named === indexName) {
    const index = await fetchSide(indexName, false);
    files.push(index);
    weights = await readIndex({ name: indexName, source: byteSourceOf(index.file) });
  }
  const addresses = weights.map((name) => besideUrl(url, name));
  const { check } = options;
  const look: Look | undefined =
    check &&
    (async (_, each) => {
      const sides = files.map(({ name, file }) => ({ name, source: byteSourceOf(file) }));
      const all = [...sides, ...each.map((source, i) => ({ name: weights[i] ?? '', source }))];
      await check(
        await openSafetensors(all),
        all.reduce((sum, { source }) => sum + source.size, 0),
      );
    });
  const checkHead = (head: Uint8Array, part: string) => checkHubHead(nameAt(part), head);
  const blobs = await fetchInTurn(addresses, options, { checkHead, look }, fetched);
  return hubFiles([...files, ...blobs.map((file, i) => ({ name: weights[i] ?? '', file }))]);
}

/** What is asked of a model of which nothing but its header is here yet. */
function lookAtGguf({ check }: LoadOptions): Look | undefined {
  return check && (async (file) => check(await readGgufModel(file), file.size));
}

/**
 * Where weights are looked at only: looks at files that are not stored here.
 * @throws what `look` throws, which ends it | NetworkError where it could not look
 */
async function lookFirst(
  urls: readonly string[],
  look: Look | undefined,
  { cache, signal, looksOnly }: LoadOptions,
): Promise<void> {
  if (looksOnly !== true || look === undefined || !urls.every(isRemote)) return;
  const kept = (await cache?.list()) ?? [];
  if (urls.every((url) => kept.some((file) => file.url === url && file.complete))) return;
  await (cache ? cache.lookAt(urls, look, signal) : lookAtWeights(urls, look, signal));
  const [url = ''] = urls;
  throw new NetworkError(
    `The beginning of the model at ${url} could not be read: there is no connection or no such file, or its server does not tell how long it is. Check the address.`,
    { url },
  );
}

interface PartOptions {
  readonly checkHead: (head: Uint8Array, url: string) => void;
  /** Looks at all of them before any is fetched. */
  readonly look: Look | undefined;
}

/** Files of about the same length, one after the other. */
async function fetchInTurn(
  urls: readonly string[],
  options: LoadOptions,
  { checkHead, look }: PartOptions,
  fetched: Set<string>,
): Promise<readonly Blob[]> {
  const { cache, signal } = options;
  await lookFirst(urls, look, options);
  const isOne = urls.length === 1;
  if (look && !isOne && urls.every(isRemote))
    await (cache ? cache.lookAt(urls, look, signal) : lookAtWeights(urls, look, signal));
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
    const ofPart = { ...options, onProgress };
    const open = async (file: Blob) => ({ sha256: await hashOf(file, ofPart), file });
    const asked = { checkHead: (head: Uint8Array) => checkHead(head, part), look: isOne ? look : undefined };
    parts.push((await fetchFile(part, ofPart, asked, open)).file);
    fetched.add(part);
  }
  return parts;
}

interface FileOptions {
  readonly sha256?: string | undefined;
  readonly checkHead: (head: Uint8Array) => void;
  /** What the server does not have is an empty file. */
  readonly mayBeAbsent?: boolean;
  /** Looks at its header before the rest is fetched. */
  readonly look?: Look | undefined;
}

/** What `open` makes of the file at `url`: of the stored one, or of one that is fetched. */
function fetchFile<T extends { readonly sha256: string }>(
  url: string,
  { cache, signal, onProgress }: LoadOptions,
  { sha256, checkHead, mayBeAbsent, look }: FileOptions,
  open: (file: Blob) => Promise<T>,
): Promise<T> {
  const loading = {
    sha256,
    signal,
    checkHead,
    mayBeAbsent,
    look: isRemote(url) ? look : undefined,
    onProgress: (progress: { readonly done: number; readonly total: number }) =>
      onProgress?.({ phase: 'fetch', unit: 'bytes', ...progress }),
    open,
  };
  return cache && isRemote(url) ? cache.load(url, loading) : loadWeights(url, loading);
}
