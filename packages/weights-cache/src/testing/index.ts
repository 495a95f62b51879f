// Test-only helpers of @longread/weights-cache, for its own tests and the command that damages what it stored.
export { createWeightsCache } from '../weights-cache.ts';
export { fakeServer } from './fake-server.ts';
export { memoryFiles } from './memory-files.ts';
