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
} from '@longread/formats';

/** The tokenizer of a model that can be asked; reads no weights. @throws ModelFormatError */
export async function openSource(source: ByteSource): Promise<Tokenizer> {
  const tokenizer = createTokenizer(await openGgufTokenizer(source));
  checkChat(tokenizer);
  return tokenizer;
}

/** The same of a file on this machine, or of the parts of a model in their order; `name` stands for it in messages. */
export function openTokenizer(path: string | readonly string[], name = String(path)): Promise<Tokenizer> {
  return withSource([path].flat(), (source) => openSource(source).catch(naming(name)));
}

/** The shape of the model in a file on this machine. @throws ModelFormatError */
export function openConfig(path: string): Promise<ModelConfig> {
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
