// For every operation of a pass the body that runs on every device: what these cannot do, nothing can.
import { attentionScores } from './attention-scores/attention-scores.ts';
import { attentionValues } from './attention-values/attention-values.ts';
import { columnSums } from './column-sums/column-sums.ts';
import { decodeAttentionBarriers } from './decode-attention/decode-attention.ts';
import { decodeReduce } from './decode-reduce/decode-reduce.ts';
import { embedExtract } from './embed-extract/embed-extract.ts';
import { embedQuantize } from './embed-quantize/embed-quantize.ts';
import { embeddingLookup } from './embedding-lookup/embedding-lookup.ts';
import { evictCompact } from './evict-compact/evict-compact.ts';
import { evictSelect } from './evict-select/evict-select.ts';
import type { KernelSpec } from './kernel.ts';
import { matmul } from './matmul/matmul.ts';
import { matvec } from './matvec/matvec.ts';
import { packCache } from './pack-cache/pack-cache.ts';
import { rmsNorm } from './rms-norm/rms-norm.ts';
import { ropeCache } from './rope-cache/rope-cache.ts';
import { rotateKept } from './rotate-kept/rotate-kept.ts';
import { sample } from './sample/sample.ts';
import { siluMul } from './silu-mul/silu-mul.ts';
import { similarity } from './similarity/similarity.ts';
import { softmaxRows } from './softmax-rows/softmax-rows.ts';
import { unpackCache } from './unpack-cache/unpack-cache.ts';

export const plainBodies: readonly KernelSpec[] = [
  attentionScores,
  attentionValues,
  columnSums,
  decodeAttentionBarriers,
  decodeReduce,
  embedExtract,
  embedQuantize,
  embeddingLookup,
  evictCompact,
  evictSelect,
  matmul,
  matvec,
  packCache,
  rmsNorm,
  ropeCache,
  rotateKept,
  sample,
  siluMul,
  similarity,
  softmaxRows,
  unpackCache,
];
