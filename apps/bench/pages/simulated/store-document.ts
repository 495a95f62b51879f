// Stores a simulated document through the store itself, as a reading does: chunks ahead of a state, then the state that counts them.
import type { CompressState, DocumentManifest } from '@longread/core';
import { addMoments, createMoments } from '@longread/planner';
import { createManifest, type ChunksAhead, type DocumentStore } from '@longread/store';
import { simulatedChunk, type SimulatedShape } from './records.ts';

/** Chunks stored at once, and those that the moments are of: of noise, they are those of all. */
const atOnce = 16;

export async function storeSimulated(store: DocumentStore, shape: SimulatedShape): Promise<DocumentManifest> {
  const { numTokens, chunkSize, numParts, headDim } = shape;
  const numChunks = Math.ceil(numTokens / chunkSize);
  const heads = Array.from({ length: numParts }, (_, head) => ({ layer: 0, type: 'Q' as const, head }));
  const settings = { chunkSize, budget: 1, recent: 1, exitLayer: 1, heads };
  const start = createManifest({
    ...{ title: 'Simulated', fingerprint: 'simulated', settings },
    ...{ textHash: '', maxTokens: 0, notes: [] },
  });
  const moments = createMoments(numParts, headDim);
  const upTo = (count: number): DocumentManifest => {
    const tokens = Math.min(numTokens, count * chunkSize);
    return { ...start, numChunks: count, numTokens: tokens, numChars: 4 * tokens };
  };
  const stateAt = (count: number): CompressState => ({
    numChunks: count,
    numSlots: 0,
    keys: new Float32Array(),
    values: new Float32Array(),
    headDims: [],
    scores: new Float32Array(),
    moments,
  });
  const first = simulatedChunk(shape, 0);
  const manifest = await store.commitChunks(upTo(1), [first], stateAt(1));
  addMoments(moments, first.record.embeddings, headDim);
  let ahead: ChunksAhead | undefined;
  for (let from = 1; from < numChunks; from += atOnce) {
    const count = Math.min(atOnce, numChunks - from);
    const chunks = Array.from({ length: count }, (_, i) => simulatedChunk(shape, from + i));
    if (from === 1) for (const { record } of chunks) addMoments(moments, record.embeddings, headDim);
    ahead = await store.storeAhead(manifest, chunks, ahead);
  }
  const all = { ...upTo(numChunks), state: 'ready' as const };
  return store.commitChunks(all, [], stateAt(numChunks), ahead);
}
