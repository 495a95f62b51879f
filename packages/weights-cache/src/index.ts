// Public API of the weights cache: model files that were fetched, kept in the origin's private file system.
import { idbDriver } from '@longread/store/drivers';
import { fetchListing, type Listing } from './hub.ts';
import type { Look } from './look.ts';
import { lookAtParts } from './look-ahead.ts';
import { browserNetwork } from './network.ts';
import { opfsFiles } from './opfs-files.ts';
import { createWeightsCache, loadOnce, type LoadWeightsOptions, type WeightsCache } from './weights-cache.ts';

export type { Listing } from './hub.ts';
export type { Look } from './look.ts';
export type { LoadWeightsOptions, StoredModel, WeightsCache } from './weights-cache.ts';

/**
 * Model files are shared by all pages and workers of the origin. Undefined where the browser keeps no files for this page, as
 * outside a secure context. Nothing opens before first use.
 */
export function openWeightsCache(name = 'longread-models'): WeightsCache | undefined {
  const files = opfsFiles(name);
  return files && createWeightsCache(idbDriver(name), files, browserNetwork);
}

/** What `open` makes of the file at `url`; it is fetched and not stored. @throws like {@link WeightsCache.load} */
export function loadWeights<T>(url: string, options: LoadWeightsOptions<T>): Promise<T> {
  return loadOnce(url, browserNetwork, options);
}

/** Lets `look` see the beginnings of the parts of a model before any is fetched. @throws what `look` throws | AbortedError */
export function lookAtWeights(urls: readonly string[], look: Look, signal?: AbortSignal): Promise<void> {
  return lookAtParts(urls, browserNetwork, { look, signal });
}

/** What a hub answers to a request for a list of files. @throws NetworkError (no answer) | AbortedError */
export function listHub(url: string, signal?: AbortSignal): Promise<Listing> {
  return fetchListing(url, browserNetwork, signal);
}
