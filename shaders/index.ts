export {
  brokenRule,
  defineKernel,
  describeRule,
  type Grid,
  type KernelFeature,
  type KernelSpec,
} from './kernel.ts';
export { plainBodies } from './plain-bodies.ts';
export { weightOverrides } from './lib/weights.ts';
export {
  matmulVariants,
  matvecVariants,
  scoresVariants,
  splitsOf,
  splitVariants,
  valuesVariants,
  type KernelVariant,
  type MatmulSpec,
  type MatvecSpec,
} from './variants.ts';
export { embeddingLookup } from './embedding-lookup/embedding-lookup.ts';
export { rmsNorm } from './rms-norm/rms-norm.ts';
export { matmul } from './matmul/matmul.ts';
export { matmulQuad } from './matmul-quad/matmul-quad.ts';
export { matmulTiled, matmulTiledF16 } from './matmul-tiled/matmul-tiled.ts';
export { matmulSubgroup } from './matmul-subgroup/matmul-subgroup.ts';
export { matmulGated } from './matmul-gated/matmul-gated.ts';
export { matmulDot4 } from './matmul-dot4/matmul-dot4.ts';
export { quantizeInputs } from './quantize-inputs/quantize-inputs.ts';
export { matvec } from './matvec/matvec.ts';
export { matvecGated } from './matvec-gated/matvec-gated.ts';
export { matvecQuad } from './matvec-quad/matvec-quad.ts';
export { matvecRows } from './matvec-rows/matvec-rows.ts';
export { matvecSubgroup } from './matvec-subgroup/matvec-subgroup.ts';
export { siluMul } from './silu-mul/silu-mul.ts';
export { ropeCache } from './rope-cache/rope-cache.ts';
export { rotateKept } from './rotate-kept/rotate-kept.ts';
export { attentionScores } from './attention-scores/attention-scores.ts';
export { attentionScoresQuad } from './attention-scores-quad/attention-scores-quad.ts';
export { softmaxRows } from './softmax-rows/softmax-rows.ts';
export { columnSums } from './column-sums/column-sums.ts';
export { attentionValues } from './attention-values/attention-values.ts';
export { attentionValuesQuad } from './attention-values-quad/attention-values-quad.ts';
export {
  decodeAttention,
  decodeAttentionBarriers,
  partialVectors,
} from './decode-attention/decode-attention.ts';
export { decodeAttentionQuad } from './decode-attention-quad/decode-attention-quad.ts';
export { decodeReduce } from './decode-reduce/decode-reduce.ts';
export { packCache } from './pack-cache/pack-cache.ts';
export { unpackCache } from './unpack-cache/unpack-cache.ts';
export { evictSelect } from './evict-select/evict-select.ts';
export { evictCompact } from './evict-compact/evict-compact.ts';
export { embedExtract } from './embed-extract/embed-extract.ts';
export { embedQuantize } from './embed-quantize/embed-quantize.ts';
export { similarity } from './similarity/similarity.ts';
export { sample } from './sample/sample.ts';
