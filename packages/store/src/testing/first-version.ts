// A document as version 1 of the format stored it, made from what that version said of its records: a manifest without a checksum and without
// parts, a chunk and a state with theirs beside them, and no text. The last build that wrote it is of 2026-11-24.
import { makeChunk, makeState, settings } from './fixtures.ts';
import { hashArrays } from '../schema/record.ts';

/** Its records by key, of `numChunks` whole chunks. */
export async function firstVersion(id: string, numChunks: number): Promise<Record<string, unknown>> {
  const records: Record<string, unknown> = {};
  for (let index = 0; index < numChunks; index++) {
    const chunk = makeChunk(1, index);
    const { numTokens, quants, scales } = chunk.embeddings;
    const arrays = [chunk.tokenIds, chunk.charEnds, quants, scales];
    records[`chunk/${id}/${index}`] = { ...chunk, checksum: await hashArrays([index, numTokens], arrays) };
  }
  const state = makeState(1, numChunks, 1);
  const { numSlots, keys, values, scores, moments } = state;
  const checksum = await hashArrays([numChunks, numSlots], [keys, values, scores, moments]);
  records[`state/${id}/${numChunks % 2 === 0 ? 'a' : 'b'}`] = { ...state, checksum };
  records[`manifest/${id}`] = {
    formatVersion: 1,
    id,
    title: 'Stored by version 1',
    fingerprint: 'f'.repeat(64),
    sourceHash: 'a'.repeat(64),
    maxTokens: 0,
    numTokens: numChunks * settings.chunkSize,
    numChunks,
    numChars: 3 * numChunks * settings.chunkSize,
    settings,
    sizeBytes: 1000,
    createdAt: 1_000,
    usedAt: 2_000,
    state: 'ready',
  };
  return records;
}
