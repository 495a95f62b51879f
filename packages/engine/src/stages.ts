// The single stages, for the benchmarks that time them one by one. Not public: signatures follow the engine.
export { createCompressor } from './compress.ts';
export { decode } from './decode.ts';
export { createActivations } from './forward/activations.ts';
export { chooseAttentionKind } from './forward/attention-tiles.ts';
export { createAttention } from './forward/attention.ts';
export { createDecodeCache } from './forward/decode-cache.ts';
export { createProjector } from './forward/projector.ts';
export { createTransformer } from './forward/transformer.ts';
export { gather } from './gather.ts';
export {
  mixingProjections,
  openModel,
  uploadModel,
  type Model,
  type OpenedModel,
  type Projection,
} from './load.ts';
export { recompute } from './recompute.ts';
export type { EmbeddingSource } from './search.ts';
export { untestedChoice, type KernelChoice } from './kernels/choose.ts';
export { defaultTuneLimitMs, tuneKernels } from './kernels/tune.ts';
