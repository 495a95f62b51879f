// What changes the hidden state behind a layer, and logits, number by number, in models where anything does.
import type { ModelConfig } from '@longread/core';
import type { Gpu } from '@longread/gpu';
import { pointwise, pointwiseKinds } from '@longread/shaders';
import type { KernelChoice } from '../kernels/choose.ts';
import type { Activations } from './activations.ts';
import type { TokenRange } from './projector.ts';

export interface Scaling {
  /** Records: hidden <- hidden times what the layer scales it by, for the tokens. */
  scale(layer: number, tokens: TokenRange): void;
  /** Records: logits <- capped logits. */
  cap(): void;
}

/** @throws WebGpuUnavailableError (nothing is right here) */
export async function createScaling(
  { recorder }: Gpu,
  { layerScales, logitCap, hiddenSize, vocabSize }: ModelConfig,
  { hidden, logits }: Pick<Activations, 'hidden' | 'logits'>,
  choice: KernelChoice,
): Promise<Scaling> {
  const changeOf = (kind: { readonly CAP: number }) =>
    choice.choose([{ spec: pointwise.bodies.plain, overrides: kind }]);
  const [scale, cap] = await Promise.all([
    layerScales && changeOf(pointwiseKinds.scale),
    logitCap === undefined ? undefined : changeOf(pointwiseKinds.cap),
  ]);
  return {
    scale: (layer, { firstToken, numTokens }) => {
      const factor = layerScales?.[layer] ?? 1;
      if (!scale || factor === 1) return;
      const shape = { first_token: firstToken, num_tokens: numTokens, size: hiddenSize, factor };
      recorder.dispatch(scale, { y: hidden }, shape);
    },
    cap: () => {
      if (!cap || logitCap === undefined) return;
      const shape = { first_token: 0, num_tokens: 1, size: vocabSize, factor: logitCap };
      recorder.dispatch(cap, { y: logits }, shape);
    },
  };
}
