// Rows of the token embedding, in one matrix or in several.
import { invariant } from '@longread/core';
import type { Gpu } from '@longread/gpu';
import { embeddingLookup, weightOverrides } from '@longread/shaders';
import type { KernelChoice } from '../kernels/choose.ts';
import type { Model } from '../load.ts';

/** Records: hidden <- embedding rows of ids[0 .. numTokens - 1], scaled as the model has them. */
type LookUp = (ids: GPUBuffer, numTokens: number) => void;

/** @throws WebGpuUnavailableError (nothing is right here) */
export async function createEmbedding(
  { recorder }: Gpu,
  { config, embedding }: Pick<Model, 'config' | 'embedding'>,
  hidden: GPUBuffer,
  choice: KernelChoice,
): Promise<LookUp> {
  const first = embedding[0]; // all parts are of one layout
  invariant(first, 'a model without an embedding');
  const overrides = weightOverrides(first.matrix.layout);
  const lookup = await choice.choose([{ spec: embeddingLookup.bodies.plain, overrides }]);
  return (ids, numTokens) => {
    for (const { matrix, outOffset } of embedding) {
      const { quants, scales, layout } = matrix;
      recorder.dispatch(
        lookup,
        { quants, scales, ids, y: hidden },
        {
          num_tokens: numTokens,
          hidden_size: config.hiddenSize,
          first_row: outOffset,
          num_rows: layout.rows,
          scale: config.embeddingScale,
        },
      );
    }
  };
}
