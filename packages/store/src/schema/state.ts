// The stored state of a document: what compress carries from chunk to chunk, with its checksum beside it. Each version of the format has a
// form of it. No IndexedDB here.
import { invariant, type CompressState, type DocumentManifest } from '@longread/core';
import { packRows, unpackRows, type PackedRows } from './packed-rows.ts';
import * as record from './record.ts';
import { hashArrays, RecordShapeError, whole, type Checked } from './record.ts';

const floats = record.arrayOf<Float32Array<ArrayBuffer>>(Float32Array);
const counts = { numChunks: record.count, numSlots: record.count };
const besideRows = {
  scores: floats,
  carried: record.optional(floats),
  moments: record.arrayOf<Float64Array<ArrayBuffer>>(Float64Array),
};

type Counts = Pick<CompressState, 'numChunks' | 'numSlots'>;
type BesideRows = Pick<CompressState, 'scores' | 'carried' | 'moments'>;
type Arrays = readonly ArrayBufferView<ArrayBuffer>[];

/** Fields of a state's record, in versions 3 and 4: as they are. */
export interface PlainState extends Counts, BesideRows {
  readonly keys: Float32Array<ArrayBuffer>;
  readonly values: Float32Array<ArrayBuffer>;
}

/** From version 5 on: a row of keys or values, one entry of a KV head, is packed with a scale (packed-rows.ts). */
export interface PackedState extends Counts, BesideRows {
  /** Length of a row in each layer that attends. */
  readonly headDims: Uint32Array<ArrayBuffer>;
  readonly keys: Int16Array<ArrayBuffer>;
  readonly keyTails: Uint8Array<ArrayBuffer>;
  readonly keyExponents: Uint8Array<ArrayBuffer>;
  readonly values: Int16Array<ArrayBuffer>;
  readonly valueTails: Uint8Array<ArrayBuffer>;
  readonly valueExponents: Uint8Array<ArrayBuffer>;
}

/** A record of a state, whole. */
export interface StoredState {
  readonly record: object;
  readonly checksum: string;
  /** Of its arrays. */
  readonly bytes: number;
}

/** What a version of the format has to say of a state. */
export interface StateKind {
  /** What is stored of it. */
  stored(state: CompressState): Promise<StoredState>;
  /** @throws IntegrityError when it is missing, damaged, or not the state after the manifest's last chunk */
  verified(
    manifest: DocumentManifest,
    found: unknown,
    expected: { readonly stateChecksum: string; readonly stateBytes: number },
  ): Promise<CompressState>;
}

interface Form<Fields extends Counts> {
  readonly parse: (found: unknown) => Checked<Fields>;
  readonly of: (state: CompressState) => Fields;
  /** Throws RecordShapeError unless the fields agree with each other and with the manifest. */
  readonly stateOf: (fields: Fields, manifest: DocumentManifest) => CompressState;
  /** In the order in which they are hashed. */
  readonly arrays: (fields: Fields) => Arrays;
}

const bytesOf = (arrays: Arrays) => arrays.reduce((sum, array) => sum + array.byteLength, 0);

function kindOf<Fields extends Counts>({ parse, of, stateOf, arrays }: Form<Fields>): StateKind {
  const checksumOf = (fields: Fields) => hashArrays([fields.numChunks, fields.numSlots], arrays(fields));
  return {
    stored: async (state) => {
      const fields = of(state);
      const checksum = await checksumOf(fields);
      return { record: { ...fields, checksum }, checksum, bytes: bytesOf(arrays(fields)) };
    },
    verified: (manifest, found, expected) => {
      const what = `The compressed state of "${manifest.title}"`;
      return record.inRecord(what, { document: manifest.id }, async () => {
        if (found === undefined) throw new RecordShapeError('it is missing');
        const { checksum, ...rest } = parse(found);
        const fields = rest as unknown as Fields;
        checkCounts(fields, manifest);
        const state = stateOf(fields, manifest);
        const actual = await checksumOf(fields);
        if (actual !== checksum) throw new RecordShapeError('its checksum does not match');
        if (actual !== expected.stateChecksum)
          throw new RecordShapeError('it was not written with this manifest');
        const bytes = bytesOf(arrays(fields));
        if (bytes !== expected.stateBytes)
          throw new RecordShapeError(`it takes ${bytes} bytes and its manifest says ${expected.stateBytes}`);
        return state;
      });
    },
  };
}

function checkCounts({ numChunks, numSlots }: Counts, manifest: DocumentManifest): void {
  const { budget } = manifest.settings;
  if (numChunks !== manifest.numChunks)
    throw new RecordShapeError(`it follows chunk ${numChunks} and the manifest counts ${manifest.numChunks}`);
  if (numSlots > budget) throw new RecordShapeError(`it keeps ${numSlots} slots and the budget is ${budget}`);
}

/** Those that every version stores as they are, in buffers of their own. */
function besideRowsOf({ scores, carried, moments }: CompressState): BesideRows {
  return { scores: whole(scores), moments: whole(moments), ...(carried && { carried: whole(carried) }) };
}

const plainShape = record.objectOf({
  ...counts,
  keys: floats,
  values: floats,
  ...besideRows,
  checksum: record.string,
});

/** Of versions 3 and 4. */
export const plainState = kindOf<PlainState>({
  parse: (found) => record.parseShape(plainShape, found, 'state'),
  of: (state) => {
    const { numChunks, numSlots, keys, values } = state;
    return { numChunks, numSlots, keys: whole(keys), values: whole(values), ...besideRowsOf(state) };
  },
  stateOf: (fields, { settings }) => {
    const { numSlots, keys, values, scores, carried } = fields;
    // Layers that do not attend have no slots: how many there are is the model's.
    const numRows = numSlots * (carried === undefined ? settings.exitLayer - 1 : 1);
    if (carried !== undefined && scores.length === 0) checkCarried(carried);
    else checkScores(scores, numRows);
    // Layers may have heads of two sizes.
    if (scores.length > 0 ? keys.length === 0 || keys.length % numSlots !== 0 : keys.length > 0)
      throw new RecordShapeError(`its ${keys.length} key values do not fit ${numSlots} slots`);
    checkLength('values', values, keys.length);
    return fields;
  },
  arrays: ({ keys, values, scores, moments, carried }) => [
    ...[keys, values, scores, moments],
    ...(carried ? [carried] : []),
  ],
});

const packedShape = record.objectOf({
  ...counts,
  headDims: record.arrayOf<Uint32Array<ArrayBuffer>>(Uint32Array),
  keys: record.arrayOf<Int16Array<ArrayBuffer>>(Int16Array),
  keyTails: record.arrayOf<Uint8Array<ArrayBuffer>>(Uint8Array),
  keyExponents: record.arrayOf<Uint8Array<ArrayBuffer>>(Uint8Array),
  values: record.arrayOf<Int16Array<ArrayBuffer>>(Int16Array),
  valueTails: record.arrayOf<Uint8Array<ArrayBuffer>>(Uint8Array),
  valueExponents: record.arrayOf<Uint8Array<ArrayBuffer>>(Uint8Array),
  ...besideRows,
  checksum: record.string,
});

/** What a state stores from version 5 on. Its rows must be as a reading rounds them: nothing is lost. */
export function packedOf(state: CompressState): PackedState {
  const { numChunks, numSlots, headDims, scores } = state;
  invariant(headDims, 'a state without the sizes of its heads cannot be packed');
  const [keys, values] = [state.keys, state.values].map((rows) =>
    packRows(rows, lengthsOf(headDims, scores.length)),
  );
  invariant(keys && values, 'two arrays were packed');
  return {
    ...{ numChunks, numSlots, headDims: Uint32Array.from(headDims) },
    ...{ keys: keys.quants, keyTails: keys.tails, keyExponents: keys.exponents },
    ...{ values: values.quants, valueTails: values.tails, valueExponents: values.exponents },
    ...besideRowsOf(state),
  };
}

/** Of version 5. */
export const packedState = kindOf<PackedState>({
  parse: (found) => record.parseShape(packedShape, found, 'state'),
  of: packedOf,
  stateOf: (fields, { settings }) => {
    const { headDims, keys, keyTails, keyExponents, values, valueTails, valueExponents, ...rest } = fields;
    const { numSlots, scores, carried } = rest;
    if (headDims.length > settings.exitLayer - 1 || headDims.some((size) => size === 0 || size % 2 !== 0))
      throw new RecordShapeError(
        `its heads of ${headDims.join(', ')} are not those of up to ${settings.exitLayer - 1} layers`,
      );
    if (carried !== undefined && headDims.length === 0) checkCarried(carried);
    // As many KV heads in every layer.
    const numRows = numSlots * headDims.length;
    checkScores(scores, numRows);
    const perLayer = headDims.length === 0 ? 0 : scores.length / headDims.length;
    const numValues = perLayer * headDims.reduce((sum, size) => sum + size, 0);
    checkLength('keys', keys, numValues);
    checkLength('values', values, numValues);
    checkLength('keyTails', keyTails, numValues / 2);
    checkLength('valueTails', valueTails, numValues / 2);
    checkLength('keyExponents', keyExponents, scores.length);
    checkLength('valueExponents', valueExponents, scores.length);
    const rowsOf = (name: string, rows: PackedRows) =>
      unpackRows(rows, lengthsOf(headDims, scores.length), name);
    return {
      ...rest,
      headDims: [...headDims],
      keys: rowsOf('keys', { quants: keys, tails: keyTails, exponents: keyExponents }),
      values: rowsOf('values', { quants: values, tails: valueTails, exponents: valueExponents }),
    };
  },
  arrays: (fields) => {
    const { headDims, keys, keyTails, keyExponents, values, valueTails, valueExponents } = fields;
    const { scores, moments, carried } = fields;
    return [
      headDims,
      ...[keys, keyTails, keyExponents],
      ...[values, valueTails, valueExponents],
      ...[scores, moments],
      ...(carried ? [carried] : []),
    ];
  },
});

/** Of each row, layer by layer: as many as there are scores. */
function* lengthsOf(headDims: Iterable<number> & { readonly length: number }, numRows: number) {
  for (const size of headDims) for (let row = 0; row < numRows / headDims.length; row++) yield size;
}

/** @param numRows slots over all layers, each of which has a score for each KV head. */
function checkScores({ length }: Float32Array, numRows: number): void {
  if (numRows > 0 ? length === 0 || length % numRows !== 0 : length > 0)
    throw new RecordShapeError(`its ${length} scores do not fit ${numRows} slots over all layers`);
}

function checkCarried(carried: Float32Array): void {
  if (carried.length === 0) throw new RecordShapeError('it carries nothing');
}

function checkLength(name: string, { length }: { readonly length: number }, expected: number): void {
  if (length !== expected)
    throw new RecordShapeError(`state.${name} has ${length} values instead of ${expected}`);
}
