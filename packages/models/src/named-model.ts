// The model that `--model` names: a file, used as it is, or an address, downloaded once and kept. Either is looked at here, so that a
// file that cannot run is refused before a browser starts, and is never kept.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { checkFile, descriptorNamed, reasonOf, userPath, type OnSetUp } from '@longread/command';
import { InvalidInputError, LongreadError, ModelFormatError, NetworkError } from '@longread/core';
import { isHubId, isSafetensorsName, partAddresses } from '@longread/formats';
import { writeAtomically } from './atomic-file.ts';
import { modelFolder } from './default-model.ts';
import { fetchHub } from './fetch-hub.ts';
import { fetchUrl } from './fetch-url.ts';
import { findOnHub, readHubModel } from './hub.ts';
import { hubPathIn, isHubPath } from './hub-folder.ts';
import { naming, openTokenizer } from './open-model.ts';
import { sha256OfFile } from './places.ts';
import { watchModel } from './watch.ts';

/** Path of a model file that the engine can run, or of the weights of one that is in a folder. @throws InvalidInputError | ModelFormatError | NetworkError */
export async function findNamedModel(named: string, onSetUp: OnSetUp): Promise<string> {
  if (isHubId(named)) return fetchFromRepository(named, onSetUp);
  if (/^https?:/i.test(named)) return fetchOnce(readUrl(named), onSetUp);
  if (named.trim() === '')
    throw new InvalidInputError(
      '--model is empty. Name a GGUF file, a folder with safetensors, an address, or a repository as hf:owner/repo.',
    );
  const path = userPath(named);
  if (isFolder(path)) {
    const inside = await hubPathIn(path).catch(naming(path));
    await openTokenizer(inside, path);
    return inside;
  }
  if (descriptorNamed(named) !== undefined || checkFile(path, named, 'model') === 'pipe')
    throw pipeError(named, path);
  const parts = partAddresses(path);
  if (parts.length > 1) return joinParts(parts, onSetUp);
  await openTokenizer(path);
  return path;
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

const pipeError = (named: string, path: string): InvalidInputError =>
  new InvalidInputError(`${named} is a pipe: a model is read more than once. Write it to a file first.`, {
    path,
  });

/** The parts of a model in one file, which is kept: all that reads models reads one file. */
async function joinParts(parts: readonly string[], onSetUp: OnSetUp): Promise<string> {
  const missing = parts.filter((part) => !existsSync(part));
  if (missing.length > 0)
    throw new InvalidInputError(
      `Of the ${parts.length} files of this model ${missing.length === 1 ? 'one is' : `${missing.length} are`} missing: ` +
        `${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ', …' : ''}. Put all in one folder.`,
      { missing: missing.length },
    );
  const pipe = parts.find((part) => checkFile(part, part, 'model') === 'pipe');
  if (pipe !== undefined) throw pipeError(pipe, pipe);
  const [first = ''] = parts;
  // Other files under the same names have other times.
  const key = keyOf(
    JSON.stringify(
      await Promise.all(
        parts.map(async (part) => {
          const { size, mtimeMs } = await stat(part);
          return [part, size, mtimeMs];
        }),
      ),
    ),
  );
  const path = keptPath(key, first);
  if (existsSync(path) && (await isGood(path, onSetUp))) return path;
  await openTokenizer(parts, first); // before gigabytes are copied
  onSetUp({ message: `Joining ${parts.length} files into ${path}` });
  await writeAtomically(path, async (temporary) => {
    for (const part of parts)
      await pipeline(createReadStream(part), createWriteStream(temporary, { flags: 'a' }));
  });
  return path;
}

const keyOf = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 16);

const keptPath = (key: string, name: string): string =>
  join(
    modelFolder(),
    `${key}-${basename(name)
      .replace(/-\d{5}-of-\d{5}(?=\.gguf$)/i, '')
      .slice(-80)}`,
  );

function readUrl(named: string): URL {
  if (URL.canParse(named)) return new URL(named);
  throw new InvalidInputError(`--model names ${named}, which is no address. Copy it from the browser.`, {
    url: named,
  });
}

async function fetchFromRepository(named: string, onSetUp: OnSetUp): Promise<string> {
  const model = readHubModel(named);
  if (model.url) {
    const path = pathOfUrl(model.url);
    if (existsSync(path) && (await isGood(path, onSetUp))) return path;
  }
  const { url, sha256 } = await findOnHub(model, onSetUp);
  return fetchOnce(url, onSetUp, sha256);
}

/** Where the model at an address is kept: in a file, or in a folder, which keeps the name of the folder there. */
function pathOfUrl(url: URL): string {
  const name = url.pathname.slice(url.pathname.lastIndexOf('/') + 1);
  if (!isSafetensorsName(name)) return keptPath(keyOf(partAddresses(url.href)[0] ?? url.href), url.pathname);
  const above = url.pathname
    .split('/')
    .filter((part) => part !== '' && !['resolve', 'main', name].includes(part));
  return join(keptPath(keyOf(url.href), above.at(-1) ?? 'model'), name);
}

/** @param sha256 of the file, where it is known. */
async function fetchOnce(url: URL, onSetUp: OnSetUp, sha256?: string): Promise<string> {
  const path = pathOfUrl(url);
  if (existsSync(path) && (await isGood(path, onSetUp))) return path;
  const urls = partAddresses(url.href);
  try {
    if (isHubPath(path)) await fetchHub(url, basename(path), dirname(path), onSetUp);
    else
      await writeAtomically(path, async (temporary) => {
        for (const part of urls)
          await fetchUrl(part, temporary, onSetUp, urls.length > 1 ? headAlone : undefined);
        await openTokenizer(temporary, url.href);
        await demandHash(temporary, url, sha256);
      });
  } catch (error) {
    throw notDownloaded(url, error);
  }
  return path;
}

/** Of a part of a model: what is behind its first bytes tells nothing without the other parts. */
const headAlone = (pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> => watchModel(pieces, 0);

function notDownloaded(url: URL, error: unknown): LongreadError {
  if (error instanceof LongreadError) return error;
  return new NetworkError(
    `${url.href} could not be downloaded (${reasonOf(error)}). Check the address and the connection, then try again.`,
    { url: url.href },
    { cause: error },
  );
}

async function demandHash(path: string, url: URL, expected: string | undefined): Promise<void> {
  if (expected === undefined) return;
  const actual = await sha256OfFile(path);
  if (actual !== expected)
    throw new NetworkError(
      `${url.href} gave a file with SHA-256 ${actual}, and the hub says ${expected}. Try again; it may have changed meanwhile.`,
      { url: url.href, actual, expected },
    );
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
