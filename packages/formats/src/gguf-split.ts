// Models that were split into several files (gguf-split): each part is a GGUF file with tensors of its own, the first one has all other
// keys. Parts one behind the other are read as one file; here is in which order they belong, and where each begins.
import { ModelFormatError } from '@longread/core';
import { readExactly, type ByteSource } from './byte-source.ts';
import { readDataStart, typeOfTensor, type GgufPart } from './gguf-data.ts';
import { readGgufHeader } from './gguf-header.ts';
import { optionalInteger, type GgufEntries } from './gguf-keys.ts';

const anyCount = { min: 0, max: 2 ** 31 - 1 };
/** Names have room for more; each is opened for its header, so that a damaged number must not be believed. */
const maxParts = 1000;

/** As the file's keys say: which part of how many, the first one being 0, and how many tensors all have together. */
interface Place {
  readonly index: number | undefined;
  readonly count: number;
  readonly numTensors: number | undefined;
}

function placeOf(entries: GgufEntries): Place {
  const count = optionalInteger(entries, 'split.count', { min: 0, max: maxParts }) ?? 0;
  const index = optionalInteger(entries, 'split.no', anyCount);
  return {
    index,
    count: Math.max(1, count),
    numTensors: optionalInteger(entries, 'split.tensors.count', anyCount),
  };
}

/**
 * The parts of a model whose files lie one behind the other, in order; most are of one part.
 * Throws ModelFormatError when one is missing, or is no part of this model.
 */
export async function readParts(source: ByteSource): Promise<readonly [GgufPart, ...GgufPart[]]> {
  const header = await readGgufHeader(source);
  const { index, count, numTensors } = placeOf(header.entries);
  const first = { header, start: 0, end: source.size };
  if (count === 1) return [first];
  if (index !== 0) throw wrongPart(`This file is ${sayPart({ index, count })}, and not the first one`, count);
  const parts: [GgufPart, ...GgufPart[]] = [{ ...first, end: await endOf(source, first) }];
  for (let next = 1, { end } = parts[0]; next < count; next++) {
    if (end >= source.size)
      throw wrongPart(`Of ${count} files of this model ${next} ${next === 1 ? 'is' : 'are'} here`, count);
    const behind = await readGgufHeader(from(source, end));
    const place = placeOf(behind.entries);
    if (place.index !== next || place.count !== count)
      throw wrongPart(`Behind ${sayPart({ index: next - 1, count })} comes ${sayPart(place)}`, count);
    const part = { header: behind, start: end, end: source.size };
    end = next === count - 1 ? source.size : await endOf(source, part);
    parts.push({ ...part, end });
  }
  const found = parts.reduce((sum, part) => sum + part.header.tensors.length, 0);
  if (numTensors !== undefined && found !== numTensors)
    throw wrongPart(
      `The ${count} files hold ${found} tensors instead of ${numTensors}, so they are not of one model`,
      count,
    );
  return parts;
}

/** The byte behind a part that others follow: its last tensor's end, where nearly all writers put zeros up to the alignment. */
async function endOf(source: ByteSource, part: Omit<GgufPart, 'end'>): Promise<number> {
  const { offset, alignment } = readDataStart(part);
  let last = 0n;
  for (const info of part.header.tensors) {
    const { blockSize, blockBytes } = typeOfTensor(info);
    const numValues = info.shape.reduce((product, size) => product * size, 1n);
    const end = info.offset + (numValues / BigInt(blockSize)) * BigInt(blockBytes);
    if (end > last) last = end;
  }
  if (last >= BigInt(source.size)) return source.size;
  const ends = [Math.ceil(Number(last) / alignment) * alignment, Number(last)].map((end) => offset + end);
  for (const end of ends) {
    if (end >= source.size) return source.size;
    const head = await readExactly(source, end, Math.min(4, source.size - end), 'The next part');
    if (String.fromCharCode(...head) === 'GGUF') return end;
  }
  const what = `The tensors of ${sayPart(placeOf(part.header.entries))} end at byte ${ends[0]}, and no other file begins there`;
  throw wrongPart(what, placeOf(part.header.entries).count);
}

function from(source: ByteSource, start: number): ByteSource {
  return {
    size: source.size - start,
    read: (offset, length) => source.read(start + offset, length),
  };
}

const sayPart = ({ index, count }: Pick<Place, 'index' | 'count'>): string => {
  if (count === 1) return 'a whole model';
  return index === undefined
    ? `one of ${count} parts of a model`
    : `part ${index + 1} of ${count} of a model`;
};

const nameOfPart = (index: number, count: number): string =>
  `-${String(index + 1).padStart(5, '0')}-of-${String(count).padStart(5, '0')}.gguf`;

/** `what` is a sentence without its end. */
function wrongPart(what: string, count: number): ModelFormatError {
  const names = `${nameOfPart(0, count)} to ${nameOfPart(count - 1, count)}`;
  return new ModelFormatError(`${what}. Choose all ${count} together: their names end in ${names}.`, {
    key: 'split.count',
    value: count,
  });
}

/** A file that somebody chose, with the name that messages give it. */
export interface NamedSource {
  readonly name: string;
  readonly source: ByteSource;
}

/**
 * The numbers of `files` in the order in which they are one model. Throws ModelFormatError when they are not: which part is missing, or
 * there twice, or of another model.
 */
export async function orderParts(files: readonly NamedSource[]): Promise<readonly number[]> {
  const order: number[] = [];
  let first: (Place & { readonly name: string }) | undefined;
  for (const [i, { name, source }] of files.entries()) {
    const place = placeOf((await readGgufHeader(source)).entries);
    const { index, count } = place;
    if (count === 1 || index === undefined || index >= count)
      throw new ModelFormatError(
        `${name} is ${sayPart(place)}. Choose it alone, or all parts of one model.`,
        { name },
      );
    first ??= { ...place, name };
    if (count !== first.count || place.numTensors !== first.numTensors || isOther(name, first.name))
      throw new ModelFormatError(
        `${first.name} and ${name} are parts of different models. Choose the files of one.`,
        { name, other: first.name },
      );
    const twin = order[index];
    if (twin !== undefined)
      throw new ModelFormatError(
        `${files[twin]?.name ?? ''} and ${name} are both part ${index + 1} of ${count}.`,
        { name },
      );
    order[index] = i;
  }
  const count = first?.count ?? 0;
  const missing = Array.from({ length: count }, (_, i) => i).filter((i) => order[i] === undefined);
  if (missing.length > 0) {
    const names = missing.slice(0, 5).map((i) => nameOfPart(i, count));
    const rest = missing.length > names.length ? ` and ${missing.length - names.length} more` : '';
    const are = missing.length === 1 ? 'is' : 'are';
    throw wrongPart(
      `Of ${count} files of this model ${missing.length} ${are} missing, ${names.join(', ')}${rest}`,
      count,
    );
  }
  return order;
}

const partName = /^(.*)-(\d{5})-of-(\d{5})(\.gguf(?:[?#].*)?)$/is;

/** By their names, the files are of different models. */
function isOther(a: string, b: string): boolean {
  const [one, other] = [partName.exec(a), partName.exec(b)];
  return one !== null && other !== null && one[1] !== other[1];
}

/** The addresses or paths of all parts of the model of which one is named; that one alone when its name is of no part. */
export function partAddresses(address: string): readonly string[] {
  const [, before = '', , of = '', behind = ''] = partName.exec(address) ?? [];
  const count = Number(of);
  if (count < 2) return [address];
  return Array.from(
    { length: count },
    (_, i) => `${before}-${String(i + 1).padStart(5, '0')}-of-${of}${behind}`,
  );
}
