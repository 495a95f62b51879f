// Downloads a model in safetensors from its address: its files, into a folder that is only ever there whole.
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { OnSetUp } from '@longread/command';
import { NetworkError } from '@longread/core';
import { indexName, optionalNames, requiredNames, shardNames } from '@longread/formats';
import { checkConfig, checkHubHead, openHubTokenizer, readIndex } from '@longread/formats/safetensors';
import { writeAtomically } from './atomic-file.ts';
import { fetchUrl } from './fetch-url.ts';
import { askable, naming, openTokenizer } from './open-model.ts';
import { watchHead } from './watch.ts';

/** The address of another file in the same folder, asked for in the same way. */
function beside(url: URL, name: string): URL {
  const other = new URL(url);
  other.pathname = other.pathname.replace(/[^/]*$/, encodeURIComponent(name));
  return other;
}

const statusOf = (error: unknown): unknown =>
  error instanceof NetworkError ? error.details.status : undefined;

/**
 * Downloads the files of the model that `url` names into a new folder at `folder`, in place of what is there: the small ones first, so
 * that a model that does not run is refused before its weights are waited for.
 * @param named the name of the file at `url`.
 * @throws ModelFormatError | NetworkError | what the network throws
 */
export async function fetchHub(url: URL, named: string, folder: string, onSetUp: OnSetUp): Promise<void> {
  await writeAtomically(folder, async (temporary) => {
    await mkdir(temporary);
    const fetchOne = (name: string): Promise<void> =>
      fetchUrl(beside(url, name), join(temporary, name), onSetUp, (pieces) =>
        watchHead(pieces, (head) => checkHubHead(name, head)),
      );
    const sourceOf = async (name: string) => {
      const bytes = new Uint8Array(await readFile(join(temporary, name)));
      const read = (offset: number, length: number) => Promise.resolve(bytes.slice(offset, offset + length));
      return { name, source: { size: bytes.length, read } };
    };
    for (const name of requiredNames) {
      await fetchOne(name);
      if (name === 'config.json') await checkConfig(await sourceOf(name));
    }
    for (const name of optionalNames)
      await fetchOne(name).catch((error: unknown) => {
        if (statusOf(error) !== 404 && statusOf(error) !== 410) throw error;
      });
    const present = await readdir(temporary);
    askable(await openHubTokenizer(await Promise.all(present.map(sourceOf))).catch(naming(url.href)));
    let weights = shardNames(named);
    if (named === indexName) {
      await fetchOne(indexName);
      weights = await readIndex(await sourceOf(indexName));
    }
    for (const name of weights) await fetchOne(name);
    await openTokenizer(join(temporary, named), url.href);
    if (existsSync(folder)) await rm(folder, { recursive: true });
  });
}
