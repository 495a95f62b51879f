// Where in a file its tensors' bytes are. Tensors' names and roles are of no concern here.
import { ModelFormatError } from '@longread/core';
import { ggmlTypeName, typeRemedy } from './ggml-types.ts';
import type { GgufHeader, GgufTensorInfo } from './gguf-header.ts';
import { optionalInteger } from './gguf-keys.ts';
import { matrixTypes, type SourceType } from './repack/source-types.ts';

/** A GGUF file, alone or with others before and behind it (gguf-split.ts): its first byte, and the first that is not its own. */
export interface GgufPart {
  readonly header: GgufHeader;
  readonly start: number;
  readonly end: number;
}

export interface DataStart {
  /** From the first byte of all. */
  readonly offset: number;
  readonly alignment: number;
}

/** Where the offsets of a part's tensors count from. Throws ModelFormatError. */
export function readDataStart({ header, start }: Pick<GgufPart, 'header' | 'start'>): DataStart {
  const key = 'general.alignment';
  const alignment = optionalInteger(header.entries, key, { min: 1, max: 2 ** 20 }) ?? 32;
  if ((alignment & (alignment - 1)) !== 0) {
    throw new ModelFormatError(`Metadata key "${key}" is ${alignment}: expected a power of two.`, {
      key,
      value: alignment,
    });
  }
  return { offset: start + Math.ceil(header.sizeBytes / alignment) * alignment, alignment };
}

/** How a tensor is stored. Throws ModelFormatError when it is of none of `types`. */
export function typeOfTensor(
  { name, dtype }: GgufTensorInfo,
  types: ReadonlyMap<number, SourceType> = matrixTypes,
): SourceType {
  const type = types.get(dtype);
  if (type !== undefined) return type;
  const found = ggmlTypeName(dtype);
  throw tensorError(name, `has the unsupported type ${found}: ${typeRemedy(types)}`, { type: found });
}

export function tensorError(
  name: string,
  what: string,
  details: Readonly<Record<string, string | number>> = {},
): ModelFormatError {
  const tensor = name.slice(0, 80);
  return new ModelFormatError(`Tensor "${tensor}" ${what}.`, { tensor, ...details });
}
