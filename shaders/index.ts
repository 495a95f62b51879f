export { plainBodies } from './all.ts';
export { partialVectors, splitsOf } from './decode-attention/decode-attention.ts';
export {
  brokenRule,
  defineKernel,
  describeRule,
  type Grid,
  type KernelFeature,
  type KernelSpec,
  workgroupMemories,
} from './kernel.ts';
export { activationOverrides } from './lib/activation.ts';
export { outputGates } from './output-gate/output-gate.ts';
export { pointwiseKinds } from './pointwise/pointwise.ts';
export { ropeOverrides } from './rope/rope.ts';
export { weightOverrides } from './lib/weights.ts';
export { chunksOf } from './sample/sample.ts';
export type { KernelOf } from './operation.ts';
export * from './operations.ts';
export {
  flashOutputVariants,
  flashReceivedVariants,
  matmulVariants,
  matvecVariants,
  reduceVariants,
  scoresVariants,
  splitVariants,
  tokenVariants,
  valuesVariants,
  variantsOf,
  type KernelVariant,
  type MatmulSpec,
  type MatvecSpec,
} from './variants.ts';
