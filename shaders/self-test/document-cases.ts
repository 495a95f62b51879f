// Self-test cases of what compress, gather and decode do beside the layers: embeddings, eviction, search, the sampled token.
import { embedExtractTwin } from '../embed-extract/embed-extract.ref.ts';
import { embedExtract } from '../embed-extract/embed-extract.ts';
import { embedQuantizeTwin } from '../embed-quantize/embed-quantize.ref.ts';
import { embedQuantize } from '../embed-quantize/embed-quantize.ts';
import { evictCompactTwin } from '../evict-compact/evict-compact.ref.ts';
import { evictCompact } from '../evict-compact/evict-compact.ts';
import { evictSelectTwin } from '../evict-select/evict-select.ref.ts';
import { evictSelect } from '../evict-select/evict-select.ts';
import { rotateKeptTwin } from '../rotate-kept/rotate-kept.ref.ts';
import { rotateKept } from '../rotate-kept/rotate-kept.ts';
import { ropeAngles } from '../rope-cache/rope-cache.ref.ts';
import { sampleTwin } from '../sample/sample.ref.ts';
import { sample } from '../sample/sample.ts';
import { similarityTwin } from '../similarity/similarity.ref.ts';
import { similarity } from '../similarity/similarity.ts';
import { poisonF32, poisonU32 } from '../testing/data.ts';
import { caseOf, type Cases } from './case.ts';

export const documentCases: Cases = {
  [embedExtract.name]: () =>
    caseOf({
      kernel: embedExtract,
      twin: embedExtractTwin,
      uniforms: { num_tokens: 9, row_stride: 384, column: 128, head_dim: 64, part: 1, num_parts: 2 },
      buffers: (random) => ({ qkv: random.f32(9 * 384), e: poisonF32(10 * 2 * 64) }),
      tolerance: 'reduction-f32',
    }),
  [embedQuantize.name]: () =>
    caseOf({
      kernel: embedQuantize,
      twin: embedQuantizeTwin,
      uniforms: { num_rows: 37, head_dim: 64 },
      buffers: (random) => ({
        e: random.f32(37 * 64),
        quants: poisonU32(38 * 16),
        scales: poisonF32(38),
      }),
      tolerance: { quants: 'int8-storage', scales: 'elementwise-f32' },
    }),
  [evictSelect.name]: () =>
    caseOf({
      kernel: evictSelect,
      twin: evictSelectTwin,
      uniforms: { num_entries: 70, num_kv_heads: 2, keep: 40, recent: 10, capacity: 75 },
      buffers: (random) => ({
        sums: random.f32(150).map((_, i) => (i % 3 === 0 ? 0.5 : random.next())),
        flags: poisonU32(150),
      }),
      tolerance: 'exact',
    }),
  [evictCompact.name]: () =>
    caseOf({
      kernel: evictCompact,
      twin: evictCompactTwin,
      uniforms: {
        num_entries: 70,
        num_slots: 33,
        num_heads: 4,
        num_kv_heads: 2,
        head_dim: 64,
        budget: 33,
        capacity: 75,
      },
      buffers: (random) => ({
        flags: new Uint32Array(150).map((_, i) => (i % 75 < 66 && i % 2 === 0 ? 1 : 0)),
        sums: random.f32(150),
        kept_kv: random.f32(2 * 2 * 33 * 64),
        qkv: random.f32(38 * 8 * 64),
        next_kv: poisonF32(2 * 2 * 33 * 64),
        next_sums: poisonF32(2 * 33),
      }),
      tolerance: 'exact',
    }),
  [rotateKept.name]: () =>
    caseOf({
      kernel: rotateKept,
      twin: rotateKeptTwin,
      uniforms: { num_slots: 13, num_kv_heads: 2, head_dim: 64, budget: 16, capacity: 20 },
      buffers: (random) => ({
        kept_kv: random.f32(2 * 2 * 16 * 64),
        angles: ropeAngles(13, 64, 10_000),
        keys: poisonF32(2 * 20 * 64),
        values: poisonF32(2 * 20 * 64),
      }),
      tolerance: { keys: 'elementwise-f32', values: 'exact' },
    }),
  [similarity.name]: () =>
    caseOf({
      kernel: similarity,
      twin: similarityTwin,
      uniforms: {
        first_token: 1,
        num_tokens: 19,
        num_queries: 16,
        num_parts: 4,
        head_dim: 64,
        num_groups: 4,
      },
      buffers: (random) => ({
        // Bytes of 0 to 127: no stored embedding has -128.
        quants: random.u32(20 * 4 * 16).map((word) => word & 0x7f7f7f7f),
        scales: random.f32(20 * 4, 0.01).map(Math.abs),
        queries: random.f32(16 * 4 * 64),
        standard: random.f32(2 * 16 * 4).map((value, i) => (i % 2 === 0 ? value : 2 + value)),
        score: poisonF32(23),
      }),
      tolerance: 'reduction-f32',
    }),
  [sample.name]: () =>
    caseOf({
      kernel: sample,
      twin: sampleTwin,
      uniforms: {
        vocab_size: 4099,
        history_size: 3,
        temperature: 0,
        top_k: 0,
        top_p: 1,
        min_p: 0,
        repetition_penalty: 1.3,
        seed: 1,
        step: 0,
      },
      buffers: (random) => ({
        logits: random.f32(4101, 8).fill(100, 4099),
        history: new Uint32Array([5, 77, 4098, 0]),
        token: poisonU32(1),
      }),
      tolerance: { logits: 'elementwise-f32', token: 'exact' },
    }),
};
