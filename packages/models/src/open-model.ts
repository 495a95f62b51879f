// A model file, looked at in Node: whether the engine can run it, before a browser starts for it, and its tokenizer and shape.
import { open, type FileHandle } from 'node:fs/promises';
import { ModelFormatError, type ModelConfig } from '@longread/core';
import {
  checkChat,
  createTokenizer,
  openGguf,
  openGgufTokenizer,
  type ByteSource,
  type Tokenizer,
  type TokenizerDefinition,
} from '@longread/formats';
import { isHubPath, withHubModel } from './hub-folder.ts';

/** The tokenizer of a model that can be asked; reads no weights. @throws ModelFormatError */
export async function openSource(source: ByteSource): Promise<Tokenizer> {
  return askable(await openGgufTokenizer(source));
}

/** Throws ModelFormatError for a tokenizer of which no question can be asked. */
export function askable(definition: TokenizerDefinition): Tokenizer {
  const tokenizer = createTokenizer(definition);
  checkChat(tokenizer);
  return tokenizer;
}

/** The same of a model on this machine, or of the parts of a file in their order; `name` stands for it in messages. */
export async function openTokenizer(
  path: string | readonly string[],
  name = String(path),
): Promise<Tokenizer> {
  if (typeof path === 'string' && isHubPath(path))
    return withHubModel(path, ({ tokenizer }) => Promise.resolve(askable(tokenizer))).catch(naming(name));
  return withSource([path].flat(), (source) => openSource(source).catch(naming(name)));
}

/** The shape of a model on this machine. @throws ModelFormatError */
export async function openConfig(path: string): Promise<ModelConfig> {
  if (isHubPath(path)) return withHubModel(path, ({ config }) => Promise.resolve(config)).catch(naming(path));
  return withSource([path], async (source) => (await openGguf(source).catch(naming(path))).config);
}

async function withSource<T>(paths: readonly string[], work: (source: ByteSource) => Promise<T>): Promise<T> {
  const files: { readonly file: FileHandle; readonly start: number; readonly end: number }[] = [];
  try {
    let size = 0;
    for (const path of paths) {
      const file = await open(path);
      const start = size;
      size += (await file.stat()).size;
      files.push({ file, start, end: size });
    }
    const read = async (offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> => {
      const bytes = new Uint8Array(length);
      let done = 0;
      for (const { file, start, end } of files) {
        const at = offset + done;
        if (at < start || at >= end || done === length) continue;
        done += (await file.read(bytes, done, Math.min(length - done, end - at), at - start)).bytesRead;
      }
      return bytes.subarray(0, done);
    };
    return await work({ size, read });
  } finally {
    await Promise.all(files.map(({ file }) => file.close()));
  }
}

/** Puts the file's name before what is wrong with it. */
export function naming(name: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof ModelFormatError)) throw error;
    throw new ModelFormatError(`${name}: ${error.message}`, { ...error.details, name });
  };
}
