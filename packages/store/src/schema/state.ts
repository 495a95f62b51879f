// The stored state of a document: what compress carries from chunk to chunk. Stored as it is, with its checksum beside it. No IndexedDB
// here.
import type { CompressState, DocumentManifest } from '@longread/core';
import * as record from './record.ts';
import { hashArrays, RecordShapeError, whole, type Checked } from './record.ts';

const shape = record.objectOf({
  numChunks: record.count,
  numSlots: record.count,
  keys: record.arrayOf<Float32Array<ArrayBuffer>>(Float32Array),
  values: record.arrayOf<Float32Array<ArrayBuffer>>(Float32Array),
  scores: record.arrayOf<Float32Array<ArrayBuffer>>(Float32Array),
  carried: record.optional(record.arrayOf<Float32Array<ArrayBuffer>>(Float32Array)),
  moments: record.arrayOf<Float64Array<ArrayBuffer>>(Float64Array),
  checksum: record.string,
});

/** Bytes of a state's arrays. */
export function stateBytes({ keys, values, scores, moments, carried }: CompressState): number {
  const ofOthers = carried?.byteLength ?? 0;
  return keys.byteLength + values.byteLength + scores.byteLength + moments.byteLength + ofOthers;
}

/** Header: number of chunks, number of slots. Arrays: keys, values, scores, moments; what layers that do not attend carry, if any. */
export function stateChecksum(state: CompressState): Promise<string> {
  const { numChunks, numSlots, keys, values, scores, moments, carried } = state;
  const arrays = [keys, values, scores, moments];
  return hashArrays([numChunks, numSlots], carried ? [...arrays, carried] : arrays);
}

export function storableState(state: CompressState, checksum: string): Checked<CompressState> {
  const { numChunks, numSlots, keys, values, scores, moments, carried } = state;
  return {
    numChunks,
    numSlots,
    keys: whole(keys),
    values: whole(values),
    scores: whole(scores),
    moments: whole(moments),
    ...(carried && { carried: whole(carried) }),
    checksum,
  };
}

/** @throws IntegrityError when it is missing, damaged, or not the state after the manifest's last chunk */
export function verifiedState(
  manifest: DocumentManifest,
  stored: unknown,
  expected: { readonly stateChecksum: string; readonly stateBytes: number },
): Promise<CompressState> {
  const what = `The compressed state of "${manifest.title}"`;
  return record.inRecord(what, { document: manifest.id }, async () => {
    if (stored === undefined) throw new RecordShapeError('it is missing');
    const { checksum, ...state } = record.parseShape(shape, stored, 'state');
    checkContent(state, manifest);
    const actual = await stateChecksum(state);
    if (actual !== checksum) throw new RecordShapeError('its checksum does not match');
    if (actual !== expected.stateChecksum)
      throw new RecordShapeError('it was not written with this manifest');
    const bytes = stateBytes(state);
    if (bytes !== expected.stateBytes)
      throw new RecordShapeError(`it takes ${bytes} bytes and its manifest says ${expected.stateBytes}`);
    return state;
  });
}

/** Throws RecordShapeError unless the fields agree with each other and with the manifest. */
function checkContent(state: CompressState, { settings, numChunks }: DocumentManifest): void {
  const { numSlots, keys, values, scores, carried } = state;
  if (state.numChunks !== numChunks)
    throw new RecordShapeError(`it follows chunk ${state.numChunks} and the manifest counts ${numChunks}`);
  if (numSlots > settings.budget)
    throw new RecordShapeError(`it keeps ${numSlots} slots and the budget is ${settings.budget}`);
  // Layers that do not attend have no slots: how many there are is the model's.
  const numRows = numSlots * (carried === undefined ? settings.exitLayer - 1 : 1);
  if (carried !== undefined && scores.length === 0) {
    if (carried.length === 0) throw new RecordShapeError('it carries nothing');
  } else if (numRows > 0 ? scores.length === 0 || scores.length % numRows !== 0 : scores.length > 0)
    throw new RecordShapeError(`its ${scores.length} scores do not fit ${numRows} slots over all layers`);
  // Layers may have heads of two sizes.
  if (scores.length > 0 ? keys.length === 0 || keys.length % numSlots !== 0 : keys.length > 0)
    throw new RecordShapeError(`its ${keys.length} key values do not fit ${numSlots} slots`);
  if (values.length !== keys.length)
    throw new RecordShapeError(`state.values has ${values.length} values instead of ${keys.length}`);
}
