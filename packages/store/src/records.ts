// Stored chunks and states, and the checks that turn what was read back into typed data. They are stored as they are with a checksum added; typed arrays keep their bytes, little-endian. No IndexedDB here.
import type { ChunkRecord, CompressState, DocumentManifest, ReadSettings } from '@longread/core';
import { Fields, RecordShapeError } from './fields.ts';

/** A record with the checksum of its content beside it. */
export type Checked<Record> = Record & { readonly checksum: string };

/** Bytes of a chunk's arrays. */
export function chunkBytes({ tokenIds, charEnds, embeddings }: ChunkRecord): number {
  return (
    tokenIds.byteLength + charEnds.byteLength + embeddings.quants.byteLength + embeddings.scales.byteLength
  );
}

/** Bytes of a state's arrays. */
export function stateBytes({ keys, values, scores, moments }: CompressState): number {
  return keys.byteLength + values.byteLength + scores.byteLength + moments.byteLength;
}

/** The chunk with each array in a buffer of its own: storing a view would store all that its buffer holds. */
export function storableChunk(chunk: ChunkRecord, checksum: string): Checked<ChunkRecord> {
  const { index, tokenIds, charEnds, embeddings } = chunk;
  const { numTokens, quants, scales } = embeddings;
  return {
    index,
    tokenIds: whole(tokenIds),
    charEnds: whole(charEnds),
    embeddings: { numTokens, quants: whole(quants), scales: whole(scales) },
    checksum,
  };
}

/** The state with each array in a buffer of its own. */
export function storableState(state: CompressState, checksum: string): Checked<CompressState> {
  const { numChunks, numSlots, keys, values, scores, moments } = state;
  return {
    numChunks,
    numSlots,
    keys: whole(keys),
    values: whole(values),
    scores: whole(scores),
    moments: whole(moments),
    checksum,
  };
}

function whole<A extends ArrayBufferView & { slice(): A }>(array: A): A {
  return array.byteLength === array.buffer.byteLength ? array : array.slice();
}

/** Throws RecordShapeError unless `record` has the shape of chunk `index` of a document with these settings. */
export function parseChunk(record: unknown, index: number, settings: ReadSettings): Checked<ChunkRecord> {
  const fields = new Fields(record, 'chunk');
  if (fields.count('index') !== index)
    throw new RecordShapeError(`it says it is chunk ${fields.count('index')}`);
  const block = fields.object('embeddings');
  const numTokens = block.count('numTokens');
  if (numTokens < 1 || numTokens > settings.chunkSize) {
    throw new RecordShapeError(`it holds ${numTokens} tokens and a chunk holds 1 to ${settings.chunkSize}`);
  }
  const numParts = numTokens * settings.heads.length;
  const quants = block.array<Int8Array<ArrayBuffer>>('quants', Int8Array);
  if (numParts === 0 ? quants.length > 0 : quants.length === 0 || quants.length % numParts !== 0) {
    throw new RecordShapeError(
      `its ${quants.length} quants are not a whole number for each of ${numParts} parts`,
    );
  }
  const charEnds = fields.array<Uint32Array<ArrayBuffer>>('charEnds', Uint32Array, numTokens);
  const falling = charEnds.findIndex((end, i) => i > 0 && end < (charEnds[i - 1] ?? 0));
  if (falling >= 0) throw new RecordShapeError(`its character offsets fall at token ${falling}`);
  return {
    index,
    tokenIds: fields.array<Uint32Array<ArrayBuffer>>('tokenIds', Uint32Array, numTokens),
    charEnds,
    embeddings: {
      numTokens,
      quants,
      scales: block.array<Float32Array<ArrayBuffer>>('scales', Float32Array, numParts),
    },
    checksum: fields.string('checksum'),
  };
}

/** Throws RecordShapeError unless `record` has the shape of a state that belongs to this manifest. */
export function parseState(record: unknown, manifest: DocumentManifest): Checked<CompressState> {
  const { settings, numChunks } = manifest;
  const fields = new Fields(record, 'state');
  if (fields.count('numChunks') !== numChunks) {
    throw new RecordShapeError(
      `it follows chunk ${fields.count('numChunks')} and the manifest counts ${numChunks}`,
    );
  }
  const numSlots = fields.count('numSlots');
  if (numSlots > settings.budget) {
    throw new RecordShapeError(`it keeps ${numSlots} slots and the budget is ${settings.budget}`);
  }
  const numRows = numSlots * (settings.exitLayer - 1);
  const scores = fields.array<Float32Array<ArrayBuffer>>('scores', Float32Array);
  const keys = fields.array<Float32Array<ArrayBuffer>>('keys', Float32Array);
  if (numRows > 0 ? scores.length === 0 || scores.length % numRows !== 0 : scores.length > 0) {
    throw new RecordShapeError(`its ${scores.length} scores do not fit ${numRows} slots over all layers`);
  }
  if (scores.length > 0 ? keys.length === 0 || keys.length % scores.length !== 0 : keys.length > 0) {
    throw new RecordShapeError(`its ${keys.length} key values do not fit ${scores.length} scores`);
  }
  return {
    numChunks,
    numSlots,
    keys,
    values: fields.array<Float32Array<ArrayBuffer>>('values', Float32Array, keys.length),
    scores,
    moments: fields.array<Float64Array<ArrayBuffer>>('moments', Float64Array),
    checksum: fields.string('checksum'),
  };
}
