// Where the default model is kept, and what its bytes must be. Imports nothing of the workspace: build configuration reads it.
import { join } from 'node:path';
import envPaths from 'env-paths';

/** SmolLM2-135M-Instruct (Apache-2.0), GGUF, 4-bit, 98 MB. */
export const defaultModelFile = 'SmolLM2-135M-Instruct.Q4_1.gguf';

/** SHA-256 of the default model file, hex. */
export const defaultModelSha256 = 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53';

/** Where model files are kept. */
export function modelFolder(): string {
  return join(envPaths('longread', { suffix: '' }).cache, 'models');
}

/** Where the default model is kept: the user's cache folder (`XDG_CACHE_HOME` or its like on each system). */
export function defaultModelPath(): string {
  return join(modelFolder(), defaultModelFile);
}
