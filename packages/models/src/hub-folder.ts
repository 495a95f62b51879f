// Models in safetensors on this machine: the files of a folder, of which one names the model (its weights, or the list of their files).
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { InvalidInputError } from '@longread/core';
import {
  indexName,
  isSafetensorsName,
  shardNames,
  sideNames,
  type ModelFile,
  type NamedSource,
} from '@longread/formats';
import { openSafetensors, orderSafetensors } from '@longread/formats/safetensors';

/** True for the path of a file that names such a model. */
export const isHubPath = (path: string): boolean => isSafetensorsName(basename(path));

/**
 * The path that names the model in a folder: of the list of its files of weights, or of the first of them.
 * @throws InvalidInputError (no such model) | ModelFormatError (what of it is missing, or which of several it is)
 */
export async function hubPathIn(folder: string): Promise<string> {
  const names = await readdir(folder);
  if (!names.includes('config.json') && !names.some(isSafetensorsName))
    throw new InvalidInputError(
      `${folder} is a folder without a model: there is no config.json with weights in safetensors in it. Name a folder that has them, or a ` +
        'model file, whose name ends in .gguf.',
      { path: folder },
    );
  return withSources(folder, names, async (sources) => {
    const order = await orderSafetensors(sources);
    const first = order.find(isSafetensorsName) ?? indexName;
    return join(folder, names.includes(indexName) ? indexName : first);
  });
}

/** Names of the files in the folder of `path` that its model is read from, those that its hash is of in their order, then the index. */
async function namesOf(path: string): Promise<readonly string[]> {
  const folder = dirname(path);
  const present = await readdir(folder);
  const named = basename(path);
  const chosen =
    named === indexName
      ? present
      : [...sideNames.filter((name) => present.includes(name)), ...shardNames(named)];
  const known = chosen.filter((name) => present.includes(name));
  const order = await withSources(folder, known, orderSafetensors);
  return named === indexName ? [...order, indexName] : order;
}

/** Opens the model that `path` names. @throws ModelFormatError */
export async function withHubModel<T>(path: string, work: (file: ModelFile) => Promise<T>): Promise<T> {
  const names = await namesOf(path);
  return withSources(dirname(path), names, async (sources) => work(await openSafetensors(sources)));
}

/** The files of the model that `path` names, by their paths: one of GGUF, or all that a model in safetensors is read from. */
export async function filesOfModel(path: string): Promise<readonly string[]> {
  return isHubPath(path) ? (await namesOf(path)).map((name) => join(dirname(path), name)) : [path];
}

/** SHA-256, hex, as the engine tells it: of all files that are computed with, one behind the other. */
export async function sha256OfModel(path: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of await filesOfModel(path)) {
    if (basename(file) === indexName) continue;
    for await (const bytes of createReadStream(file, { highWaterMark: 1 << 20 }))
      hash.update(bytes as Buffer);
  }
  return hash.digest('hex');
}

/** Reads files of a folder that may be models: those that are of no use are not opened. */
async function withSources<T>(
  folder: string,
  names: readonly string[],
  work: (sources: readonly NamedSource[]) => Promise<T>,
): Promise<T> {
  const handles: FileHandle[] = [];
  try {
    const sources: NamedSource[] = [];
    for (const name of names.filter(
      (each) => isSafetensorsName(each) || sideNames.some((side) => side === each),
    )) {
      const handle = await open(join(folder, name));
      handles.push(handle);
      const { size } = await handle.stat();
      const read = async (offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> => {
        const bytes = new Uint8Array(length);
        const { bytesRead } = await handle.read(bytes, 0, length, offset);
        return bytes.subarray(0, bytesRead);
      };
      sources.push({ name, source: { size, read } });
    }
    return await work(sources);
  } finally {
    await Promise.all(handles.map((handle) => handle.close()));
  }
}
