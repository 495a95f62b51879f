// Which files a model is, of those that were given: one, the parts of a GGUF file, or a folder of a hub repository with weights in
// safetensors.
import { InvalidInputError } from '@longread/core';
import { indexName, isHubName, openGguf, orderParts, type ModelFile } from '@longread/formats';
import { hubFormat } from './hub-format.ts';
import { byteSourceOf } from './model-source.ts';

/** A model's files as they are read. */
export interface ModelFiles {
  /** All that is computed with, one file behind the other: what its SHA-256 is of. A Blob of Blobs, of which nothing is copied. */
  readonly whole: Blob;
  /** @throws ModelFormatError | IntegrityError */
  readonly open: () => Promise<ModelFile>;
}

/** A file with the name that messages give it. */
export interface NamedBlob {
  readonly name: string;
  readonly file: Blob;
}

/**
 * What was given as a model. Of a folder all files that are of no use are left out.
 * @throws InvalidInputError (none) | ModelFormatError (not the files of one model)
 */
export async function filesOfModel(model: Blob | readonly Blob[]): Promise<ModelFiles> {
  const given: readonly Blob[] = model instanceof Blob ? [model] : model;
  const files = given.map((file, i) => ({
    name: file instanceof File ? file.name : `File ${i + 1}`,
    file,
  }));
  const [first] = files;
  if (first === undefined)
    throw new InvalidInputError('There is no model among no files. Give one.', { files: 0 });
  const isGguf = ({ name }: NamedBlob): boolean => /\.gguf$/i.test(name);
  // Repositories of GGUF files have a config.json too.
  if (files.some(({ name }) => isHubName(name)) && !files.some(isGguf)) return hubFiles(files);
  const parts = files.length > 1 && files.some(isGguf) ? files.filter(isGguf) : files;
  if (parts.length === 1) return ggufFile(parts[0]?.file ?? first.file);
  const order = await orderParts(parts.map(({ name, file }) => ({ name, source: byteSourceOf(file) })));
  return ggufFile(new Blob(order.flatMap((i) => parts[i]?.file ?? [])));
}

/** A GGUF file, or its parts one behind the other. */
export function ggufFile(whole: Blob): ModelFiles {
  return { whole, open: () => openGguf(byteSourceOf(whole)) };
}

/** @throws ModelFormatError naming what is missing */
export async function hubFiles(files: readonly NamedBlob[]): Promise<ModelFiles> {
  const named = files.map(({ name, file }) => ({ name, source: byteSourceOf(file) }));
  const { openSafetensors, orderSafetensors } = await hubFormat();
  const order = await orderSafetensors(named);
  return {
    whole: new Blob(order.flatMap((name) => files.find((each) => each.name === name)?.file ?? [])),
    open: () => openSafetensors(named.filter(({ name }) => name === indexName || order.includes(name))),
  };
}
