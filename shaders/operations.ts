// The operations: one line each, which is all that the rest of the code is told of a folder.
export {
  attentionColumnSums,
  attentionFade,
  attentionScores,
  attentionSoftmax,
  attentionValues,
} from './attention/attention.ts';
export { bias } from './bias/bias.ts';
export { decodeAttentionReduce, decodeAttentionSplit } from './decode-attention/decode-attention.ts';
export { deltaRuleCarry, deltaRuleConvolve, deltaRuleRecur } from './delta-rule/delta-rule.ts';
export { embedExtract, embedQuantize } from './embed/embed.ts';
export { embeddingLookup } from './embedding-lookup/embedding-lookup.ts';
export { evictCompact, evictSelect } from './evict/evict.ts';
export {
  flashAttentionOutput,
  flashAttentionReceived,
  flashAttentionWeigh,
} from './flash-attention/flash-attention.ts';
export { gateMul } from './gate-mul/gate-mul.ts';
export { layerInputsGate } from './layer-inputs/layer-inputs.ts';
export { matmul, matmulGated } from './matmul/matmul.ts';
export { matvec, matvecFused, matvecGated } from './matvec/matvec.ts';
export { outputGate } from './output-gate/output-gate.ts';
export { packedCachePack, packedCacheUnpack } from './packed-cache/packed-cache.ts';
export { pointwise } from './pointwise/pointwise.ts';
export { rmsNorm, rmsNormHeads } from './rms-norm/rms-norm.ts';
export { ropeCache, ropeKept, ropeToken } from './rope/rope.ts';
export { sample, sampleBest, sampleChunks } from './sample/sample.ts';
export { shortConvolutionCarry, shortConvolutionMix } from './short-convolution/short-convolution.ts';
export {
  similarityLateInteraction,
  similarityNearest,
  similarityStandardised,
} from './similarity/similarity.ts';
