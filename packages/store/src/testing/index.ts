// Test-only helpers of @longread/store, for its own tests and the commands that damage what it stored.
export { memoryOrigin, type MemoryOrigin } from '../drivers/memory-driver.ts';
export { openStore } from '../store.ts';
export { makeChunk, makeManifest, makeState, makeText, settings } from './fixtures.ts';
export { encodeManifestSection, resignManifest, splitContainer } from './forge.ts';
export { bytesOfStream, streamOf } from './streams.ts';
