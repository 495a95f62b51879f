// What the strategy pages reads a prompt with: a page of a site fetches it with the first question that is asked so.
import { invariant, isCarrying, isSharing, ofLayer, type ReadSettings } from '@longread/core';
import type { BufferOwner, Gpu } from '@longread/gpu';
import {
  carriedBytes,
  choosePages,
  configOfKind,
  h2oRule,
  kindsOf,
  layPages,
  pageEntries,
  pageShape,
  qkvWidthOf,
  workingCapacity,
  workingKindOf,
  type WorkingKind,
} from '@longread/planner';
import { createCompressedCache, type CompressedCache } from '../compressed-cache.ts';
import type { Transformer } from '../forward/transformer.ts';
import type { PromptReader } from './keeping.ts';
import { createPagedLayer, type PagedLayer } from './paged-layer.ts';

/** @throws ShaderCompileError | OutOfMemoryError | LimitExceededError */
export function createPagesReader(
  gpu: Gpu,
  transformer: Transformer,
  settings: ReadSettings,
  maxTokens: number,
): Promise<PromptReader> {
  return gpu.build('pages', (owner) => readerOn(gpu, owner, transformer, settings, maxTokens));
}

async function readerOn(
  gpu: Gpu,
  owner: BufferOwner,
  transformer: Transformer,
  settings: ReadSettings,
  maxTokens: number,
): Promise<PromptReader> {
  const { config, activations } = transformer;
  const { recorder } = gpu;
  const capacity = workingCapacity(settings);
  const shape = pageShape(settings.budget);
  // The entries of the layer at hand of each kind, which come from the host; nothing is evicted.
  const caches = new Map<WorkingKind, CompressedCache>();
  for (const kind of kindsOf(config)) {
    const ofKind = configOfKind(config, kind);
    const of = { ...settings, rule: h2oRule, numLayers: 1, wholeChunks: false };
    caches.set(kind, await createCompressedCache(gpu, owner, ofKind, activations.anglesOf, of));
  }
  const cacheOf = (layer: number): CompressedCache => {
    const found = caches.get(workingKindOf(config, layer));
    invariant(found, `no entries for layer ${layer}`);
    return found;
  };
  const buffer = owner.storage('ids', 4 * settings.chunkSize);
  const layers = Array.from({ length: config.numLayers }, (_, layer) => {
    if (isSharing(config, layer)) return undefined;
    return isCarrying(config, layer)
      ? { carried: owner.storage(`carried ${layer}`, carriedBytes(config)) }
      : createPagedLayer(ofLayer(config, layer), maxTokens);
  });
  /** Entries of every layer that were brought last. */
  let numSlots = 0;
  let numRead = 0;
  let lastTokens = 0;

  /** What a layer attends to behind the tokens read so far. */
  const entriesOf = (index: number, { meanQuery, pageKeys }: PagedLayer) => {
    const chosen = choosePages(meanQuery, pageKeys, ofLayer(config, index), shape.numPages);
    const entries = pageEntries(numRead, shape, chosen);
    numSlots = entries.length;
    return entries;
  };

  return {
    get numSlots() {
      return numSlots;
    },
    read: async (ids, _keep, options) => {
      const numTokens = ids.length;
      gpu.write(buffer, 0, ids);
      await transformer.fetch(ids);
      transformer.embed(buffer, numTokens);
      const { recentStart } = layPages(numRead, shape);
      /** Where the newest entries and the chunk are: what is looked at while it is new. All layers have as many entries. */
      const newest = () => ({
        firstSlot: numSlots - (numRead - recentStart),
        firstToken: recentStart,
        count: numRead - recentStart + numTokens,
      });
      let before: { readonly layer: PagedLayer; readonly sums: GPUBuffer } | undefined;
      for (const [index, layer] of layers.entries()) {
        if (layer === undefined) {
          const span = { numTokens, firstSlot: numSlots, capacity };
          transformer.project(index, numTokens);
          await transformer.attend(index, span, cacheOf(index).workingOf(0), options);
          await transformer.mlp(index, span, options);
          continue;
        }
        if ('carried' in layer) {
          const all = { numTokens };
          await transformer.carry(index, all, layer.carried, options);
          await transformer.mlp(index, all, options);
          continue;
        }
        transformer.project(index, numTokens);
        // With what the layer before received: the device waits for the host once a layer.
        const [rows, sums] = await recorder.readAll(
          [
            { buffer: activations.qkv, bytes: 4 * numTokens * qkvWidthOf(config, index) },
            ...(before ? [{ buffer: before.sums, bytes: before.sums.size }] : []),
          ],
          options,
        );
        if (before && sums) before.layer.receive(new Float32Array(sums), capacity, newest());
        invariant(rows, 'a buffer was read');
        layer.push(new Float32Array(rows), numRead, numTokens);
        const entries = entriesOf(index, layer);
        const cache = cacheOf(index);
        cache.restore(layer.entriesAt(entries));
        cache.unpack(0, { asLayer: index });
        const received = cache.startScores(0, numTokens);
        const span = { numTokens, firstSlot: entries.length, capacity };
        await transformer.attend(index, span, cache.workingOf(0), options, received);
        await transformer.mlp(index, span, options);
        options.onTokens?.(Math.floor((numTokens * (index + 1)) / layers.length));
        if (received) before = { layer, sums: received.sums };
      }
      if (before) {
        const sums = await recorder.read(before.sums, 0, before.sums.size, options);
        before.layer.receive(new Float32Array(sums), capacity, newest());
      }
      numRead += numTokens;
      lastTokens = numTokens;
      const { numPages } = layPages(numRead, shape);
      for (const layer of layers) if (layer && 'close' in layer) layer.close(numPages, shape);
    },
    unpackInto: (decodeCache) => {
      transformer.head(lastTokens - 1);
      decodeCache.ids = new Uint32Array();
      for (const [index, kv] of decodeCache.layers.entries()) {
        const layer = layers[index];
        if (layer === undefined) continue; // it has those of another
        if ('carried' in kv) {
          invariant('carried' in layer, `layer ${index} carries nothing`);
          recorder.copy(layer.carried, 0, kv.carried, 0, kv.carried.size);
          continue;
        }
        invariant('entriesAt' in layer, `layer ${index} has no entries`);
        recorder.submit(); // what is recorded reads the entries of the layer before
        const entries = entriesOf(index, layer);
        const cache = cacheOf(index);
        cache.restore(layer.entriesAt(entries));
        cache.unpack(0, { to: kv, toCapacity: decodeCache.capacity, asLayer: index });
        const span = { numTokens: entries.length, firstSlot: 0, capacity: decodeCache.capacity };
        transformer.pack(index, span, kv);
      }
    },
    dispose: () => owner.dispose(),
  };
}
