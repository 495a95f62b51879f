// The self-test's cases: one line an operation, as in ../operations.ts.
export { attentionCases } from '../attention/attention.cases.ts';
export { biasCases } from '../bias/bias.cases.ts';
export { decodeAttentionCases } from '../decode-attention/decode-attention.cases.ts';
export { deltaRuleCases } from '../delta-rule/delta-rule.cases.ts';
export { embedCases } from '../embed/embed.cases.ts';
export { embeddingLookupCases } from '../embedding-lookup/embedding-lookup.cases.ts';
export { evictCases } from '../evict/evict.cases.ts';
export { gateMulCases } from '../gate-mul/gate-mul.cases.ts';
export { matmulCases } from '../matmul/matmul.cases.ts';
export { matvecCases } from '../matvec/matvec.cases.ts';
export { outputGateCases } from '../output-gate/output-gate.cases.ts';
export { packedCacheCases } from '../packed-cache/packed-cache.cases.ts';
export { rmsNormCases } from '../rms-norm/rms-norm.cases.ts';
export { ropeCases } from '../rope/rope.cases.ts';
export { sampleCases } from '../sample/sample.cases.ts';
export { shortConvolutionCases } from '../short-convolution/short-convolution.cases.ts';
export { similarityCases } from '../similarity/similarity.cases.ts';
