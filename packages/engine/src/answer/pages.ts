// The strategy pages: everything is kept on the host, and a few pages of it come back for each chunk and layer.
import { LimitExceededError, type ModelConfig } from '@longread/core';
import { pagedBytes, pageShape, pagesMemory } from '@longread/planner';
import { lateScript } from '../late-script.ts';
import { keeping } from './keeping.ts';

/** Most bytes of entries on the host. */
const maxHostBytes = 2 * 2 ** 30;

/**
 * InfLLM, arXiv 2402.04617: the prompt goes through all layers; each chunk attends, beside itself, to the first entries, to the pages of
 * the rest that its mean query likes best, and to the newest, in the budget's bounds; the answer is decoded from what the last chunk
 * chooses. Reading needs the question only in that the whole prompt is read for each.
 */
export const pages = keeping({
  once: false,
  memory: (config, shape, maxTokens) => {
    pageShape(shape.budget);
    checkHost(config, maxTokens);
    return [pagesMemory(config, shape)];
  },
  createReader: async ({ context }, settings, maxTokens) => {
    const { createPagesReader } = await lateScript(() => import('./pages-reader.ts'));
    return createPagesReader(context.gpu, context.transformer, settings, maxTokens);
  },
});

function checkHost(config: ModelConfig, maxTokens: number): void {
  const bytes = pagedBytes(config);
  const limit = Math.floor(maxHostBytes / bytes);
  if (maxTokens <= limit) return;
  throw new LimitExceededError(
    `The strategy pages keeps ${bytes} bytes a token outside the GPU: prompt and answer have ${maxTokens} tokens, and it goes up to ${limit}. Read less of the document (maxTokens), or use another strategy.`,
    { need: maxTokens, limit },
  );
}
