// The model that `--model` names: a file, used as it is, or an address, downloaded once and kept. Either is looked at here, so that a
// file that cannot run is refused before a browser starts, and is never kept.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { checkFile, descriptorNamed, reasonOf, userPath, type OnSetUp } from '@longread/command';
import { InvalidInputError, LongreadError, ModelFormatError, NetworkError } from '@longread/core';
import { writeAtomically } from './atomic-file.ts';
import { modelFolder } from './default-model.ts';
import { fetchUrl } from './fetch-url.ts';
import { openTokenizer } from './open-model.ts';

/** Path of a model file that the engine can run. @throws InvalidInputError | ModelFormatError | NetworkError */
export async function findNamedModel(named: string, onSetUp: OnSetUp): Promise<string> {
  if (/^https?:/i.test(named)) return fetchOnce(readUrl(named), onSetUp);
  if (named.trim() === '') throw new InvalidInputError('--model is empty. Name a GGUF file or its address.');
  const path = userPath(named);
  if (descriptorNamed(named) !== undefined || checkFile(path, named, 'model') === 'pipe')
    throw new InvalidInputError(
      `${named} is a pipe: a model is read more than once. Write it to a file first.`,
      {
        path,
      },
    );
  await openTokenizer(path);
  return path;
}

function readUrl(named: string): URL {
  if (URL.canParse(named)) return new URL(named);
  throw new InvalidInputError(`--model names ${named}, which is no address. Copy it from the browser.`, {
    url: named,
  });
}

async function fetchOnce(url: URL, onSetUp: OnSetUp): Promise<string> {
  const key = createHash('sha256').update(url.href).digest('hex').slice(0, 16);
  const path = join(modelFolder(), `${key}-${basename(url.pathname).slice(-80)}`);
  if (existsSync(path) && (await isGood(path, onSetUp))) return path;
  try {
    await writeAtomically(path, async (temporary) => {
      await fetchUrl(url, temporary, onSetUp);
      await openTokenizer(temporary, url.href);
    });
  } catch (error) {
    if (error instanceof LongreadError) throw error;
    throw new NetworkError(
      `${url.href} could not be downloaded (${reasonOf(error)}). Check the address and the connection, then try again.`,
      { url: url.href },
      { cause: error },
    );
  }
  return path;
}

async function isGood(path: string, onSetUp: OnSetUp): Promise<boolean> {
  try {
    await openTokenizer(path);
    return true;
  } catch (error) {
    if (!(error instanceof ModelFormatError)) throw error;
    onSetUp({ message: `The file that was kept cannot be used; fetching it again. ${error.message}` });
    return false;
  }
}
