// The state section of an exported file, by the format version of the document.
import type { CompressState } from '@longread/core';
import { RecordShapeError } from '../schema/record.ts';
import { packedOf, type PackedState, type PlainState } from '../schema/state.ts';
import { ArrayCutter, bytesOf, readWords, section, sectionKinds, words } from './container.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Format versions whose states are as they are. */
const isPlain = (formatVersion: number) => formatVersion < 5;

export function encodeState(formatVersion: number, state: CompressState): readonly Bytes[] {
  return isPlain(formatVersion) ? encodePlain(state) : encodePacked(packedOf(state));
}

/** The fields of a state record, without its checksum. */
export function decodeState(
  formatVersion: number,
  bytes: Bytes,
  numChunks: number,
): PlainState | PackedState {
  return isPlain(formatVersion) ? decodePlain(bytes, numChunks) : decodePacked(bytes, numChunks);
}

/**
 * Words: number of slots, of key values, of scores, of moments. Arrays: moments f64, keys, values, scores f32; then to the section's end
 * what layers carry that do not attend, f32, where there are any.
 */
function encodePlain({ numSlots, keys, values, scores, moments, carried }: PlainState): readonly Bytes[] {
  const counts = words([numSlots, keys.length, scores.length, moments.length]);
  const arrays = [counts, moments, keys, values, scores, ...(carried ? [carried] : [])];
  return section(sectionKinds.state, 0, arrays.map(bytesOf));
}

function decodePlain(bytes: Bytes, numChunks: number): PlainState {
  const [numSlots = 0, numKeys = 0, numScores = 0, numMoments = 0] = readWords(bytes, 4);
  const { arrays, numCarried } = cut(bytes, 16, 8 * numMoments + 8 * numKeys + 4 * numScores);
  const moments = new Float64Array(arrays.next(8 * numMoments));
  const keys = new Float32Array(arrays.next(4 * numKeys));
  const values = new Float32Array(arrays.next(4 * numKeys));
  const scores = new Float32Array(arrays.next(4 * numScores));
  return { numChunks, numSlots, keys, values, scores, moments, ...carriedIn(arrays, numCarried) };
}

/**
 * Words: number of slots, of sizes of heads, of key values, of scores, of moments. Arrays: moments f64, sizes of heads u32, scores f32, keys,
 * values i16, tails of keys, of values u8 (half as many), exponents of keys, of values u8 (as many as scores); then what is carried, as above.
 */
function encodePacked(state: PackedState): readonly Bytes[] {
  const { numSlots, headDims, keys, keyTails, keyExponents, values, valueTails, valueExponents } = state;
  const { scores, moments, carried } = state;
  const counts = words([numSlots, headDims.length, keys.length, scores.length, moments.length]);
  const rows = [keys, values, keyTails, valueTails, keyExponents, valueExponents];
  const arrays = [counts, moments, headDims, scores, ...rows, ...(carried ? [carried] : [])];
  return section(sectionKinds.state, 0, arrays.map(bytesOf));
}

function decodePacked(bytes: Bytes, numChunks: number): PackedState {
  const [numSlots = 0, numSizes = 0, numKeys = 0, numScores = 0, numMoments = 0] = readWords(bytes, 5);
  if (numKeys % 2 !== 0)
    throw new RecordShapeError(`it has ${numKeys} key values, and heads are of even sizes`);
  const counted = 8 * numMoments + 4 * numSizes + 5 * numKeys + 6 * numScores;
  const { arrays, numCarried } = cut(bytes, 20, counted);
  const moments = new Float64Array(arrays.next(8 * numMoments));
  const headDims = new Uint32Array(arrays.next(4 * numSizes));
  const scores = new Float32Array(arrays.next(4 * numScores));
  const keys = new Int16Array(arrays.next(2 * numKeys));
  const values = new Int16Array(arrays.next(2 * numKeys));
  const keyTails = new Uint8Array(arrays.next(numKeys / 2));
  const valueTails = new Uint8Array(arrays.next(numKeys / 2));
  const keyExponents = new Uint8Array(arrays.next(numScores));
  const valueExponents = new Uint8Array(arrays.next(numScores));
  const rows = { headDims, keys, keyTails, keyExponents, values, valueTails, valueExponents };
  return { numChunks, numSlots, ...rows, scores, moments, ...carriedIn(arrays, numCarried) };
}

/** What is behind the counted arrays is carried: whole floats, or the section is refused. */
function cut(bytes: Bytes, start: number, counted: number) {
  const numCarried = Math.floor(Math.max(0, bytes.length - start - counted) / 4);
  return { arrays: new ArrayCutter(bytes, start, counted + 4 * numCarried), numCarried };
}

function carriedIn(arrays: ArrayCutter, numCarried: number): Pick<PlainState, 'carried'> {
  return numCarried === 0 ? {} : { carried: new Float32Array(arrays.next(4 * numCarried)) };
}
