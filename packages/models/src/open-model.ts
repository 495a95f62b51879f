// A model file, looked at in Node: whether the engine can run it, before a browser starts for it, and its tokenizer and shape.
import { open } from 'node:fs/promises';
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

/** The same of a file on this machine; `name` stands for it in messages. */
export function openTokenizer(path: string, name = path): Promise<Tokenizer> {
  return withSource(path, (source) => openSource(source).catch(naming(name)));
}

/** The shape of the model in a file on this machine. @throws ModelFormatError */
export function openConfig(path: string): Promise<ModelConfig> {
  return withSource(path, async (source) => (await openGguf(source).catch(naming(path))).config);
}

async function withSource<T>(path: string, work: (source: ByteSource) => Promise<T>): Promise<T> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const read = async (offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> => {
      const { bytesRead, buffer } = await file.read(new Uint8Array(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    };
    return await work({ size, read });
  } finally {
    await file.close();
  }
}

/** Puts the file's name before what is wrong with it. */
export function naming(name: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof ModelFormatError)) throw error;
    throw new ModelFormatError(`${name}: ${error.message}`, { ...error.details, name });
  };
}
