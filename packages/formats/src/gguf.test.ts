import type { WeightRows } from '@longread/core';
import { describe, expect, it } from 'vitest';
import type { ByteSource } from './byte-source.ts';
import { openGguf } from './gguf.ts';
import { createTokenizer } from './tokenizer.ts';
import { bytesSource } from './testing/bytes-source.ts';
import { tinyLlama, tinyLlamaSource, type TinyLlamaOptions } from './testing/tiny-llama.ts';
import { writeGguf, type GgufSource, type MetadataValue, type TensorSource } from './testing/write-gguf.ts';

const open = (bytes: Uint8Array) => openGguf(bytesSource(bytes));
const openSource = (source: GgufSource) => open(writeGguf(source));
const tiny = tinyLlamaSource(1, { numLayers: 2 });

function withTensor(name: string, change: Partial<TensorSource>): GgufSource {
  return {
    ...tiny,
    tensors: tiny.tensors.map((tensor) => (tensor.name === name ? { ...tensor, ...change } : tensor)),
  };
}

const withKey = (key: string, value: MetadataValue | undefined): Promise<unknown> =>
  open(tinyLlama(1, { numLayers: 2, metadata: { [key]: value } }));

describe('openGguf', () => {
  it('reads configuration, tensors in the order data flows, and tokenizer', async () => {
    const model = await openSource(tiny);
    expect(model.config).toEqual({
      name: 'Tiny',
      numLayers: 2,
      hiddenSize: 64,
      intermediateSize: 128,
      numHeads: 4,
      numKvHeads: 2,
      headDim: 16,
      vocabSize: 274,
      contextLength: 512,
      ropeTheta: 10_000,
      ropeScalingFactor: 1,
      ropeMagnitude: 1,
      rotaryDim: 16,
      ropePairing: 'adjacent',
      rmsNormEps: Math.fround(1e-5),
      qkvBias: false,
      qkNorm: false,
      preNorms: true,
      postNorms: false,
      activation: 'silu',
      embeddingScale: 1,
      logitScale: 1,
      attentionScale: 0.25,
      tiedEmbeddings: true,
    });
    expect(model.tensors).toHaveLength(1 + 2 * 9 + 1);
    expect(model.tensors[0]?.id).toEqual({ role: 'tokenEmbedding' });
    expect(model.tensors[4]).toEqual({
      id: { role: 'value', layer: 0 },
      name: 'blk.0.attn_v.weight',
      layout: { format: 'f32', rows: 32, cols: 64, groupSize: 1 },
    });
    expect(createTokenizer(model.tokenizer).encodeText('the')).toHaveLength(1);
  });

  it('finds the LM head where it is not tied', async () => {
    const model = await open(tinyLlama(1, { tiedEmbeddings: false }));
    expect(model.config.tiedEmbeddings).toBe(false);
    expect(model.tensors.at(-1)?.id).toEqual({ role: 'lmHead' });
  });

  it.each([8, 64, 4096])('honours an alignment of %i', async (alignment) => {
    const source = tinyLlamaSource(1, { metadata: { 'general.alignment': alignment } });
    await expect(openSource({ ...source, alignment })).resolves.toBeDefined();
  });

  it('reads version 2', async () => {
    await expect(openSource({ ...tiny, version: 2 })).resolves.toBeDefined();
  });

  it('defaults what the format lets out', async () => {
    const metadata = { 'llama.rope.freq_base': undefined, 'llama.attention.key_length': undefined };
    const { config } = await open(tinyLlama(1, { metadata }));
    expect([config.ropeTheta, config.headDim]).toEqual([10_000, 16]);
  });

  it('works over a source whose reads are views at odd offsets', async () => {
    const bytes = tinyLlama(1, { weightType: 'Q4_0', embeddingType: 'Q8_0' });
    const source: ByteSource = {
      size: bytes.length,
      read: (offset, length) => {
        const shifted = new Uint8Array(length + 1);
        shifted.set(bytes.subarray(offset, offset + length), 1);
        return Promise.resolve(shifted.subarray(1));
      },
    };
    const [shifted, plain] = [await openGguf(source), await open(bytes)];
    const rowsOf = async (model: typeof plain) => {
      const all: WeightRows[] = [];
      const [tensor] = model.tensors;
      if (tensor !== undefined)
        for await (const rows of model.readRows(tensor, 4000)) all.push(structuredClone(rows));
      return all;
    };
    expect(await rowsOf(shifted)).toEqual(await rowsOf(plain));
  });

  it('says so when the source returns less than it was asked for', async () => {
    const bytes = tinyLlama(1);
    const source = { size: bytes.length, read: () => Promise.resolve(bytes.slice(0, 7)) };
    await expect(openGguf(source)).rejects.toMatchObject({ code: 'Integrity' });
  });
});

describe('openGguf', () => {
  it('passes on what the source throws', async () => {
    const bytes = tinyLlama(1);
    const failure = new Error('the disk is gone');
    const source: ByteSource = {
      size: bytes.length,
      read: (offset, length) =>
        length === 8 ? Promise.resolve(bytes.slice(offset, 8)) : Promise.reject(failure),
    };
    await expect(openGguf(source)).rejects.toBe(failure);
  });

  it('takes any name for a key', async () => {
    const metadata = JSON.parse('{"__proto__": "x", "version": 7}') as TinyLlamaOptions['metadata'];
    await expect(open(tinyLlama(1, { metadata }))).resolves.toBeDefined();
  });

  it.each(['\ufeffTiny', 'Ti\ufeffny', '\ufeff', '\ufffdTiny', '\u{1f40b}', '\u0000'])(
    'keeps the name %j',
    async (name) => {
      const { config } = await open(tinyLlama(1, { metadata: { 'general.name': name } }));
      expect(config.name).toBe(name);
    },
  );

  it('reads a header of several megabytes', async () => {
    const long = Array.from({ length: 300_000 }, (_, i) => `filler ${i}`);
    const { config } = await open(tinyLlama(1, { metadata: { 'general.filler': long } }));
    expect(config.numLayers).toBe(4);
  });
});

describe('openGguf refuses, naming the key', () => {
  it.each<[string, MetadataValue | undefined]>([
    ['general.architecture', 'gemma'],
    ['general.architecture', undefined],
    ['general.architecture', 3],
    ['general.alignment', 48],
    ['split.count', 3],
    ['llama.block_count', undefined],
    ['llama.block_count', 0],
    ['llama.block_count', { type: 'u32', value: 4_000_000_000 }],
    ['llama.block_count', { type: 'u64', value: 2 ** 60 }],
    ['llama.block_count', 1.5],
    ['llama.embedding_length', 0],
    ['llama.attention.head_count', 0],
    ['llama.attention.head_count', [4, 4]],
    ['llama.attention.head_count', 3],
    ['llama.attention.key_length', 17],
    ['llama.attention.value_length', 32],
    ['llama.rope.dimension_count', 8],
    ['llama.context_length', 0],
    ['llama.vocab_size', 5],
    ['llama.attention.layer_norm_rms_epsilon', { type: 'f32', value: NaN }],
    ['llama.attention.layer_norm_rms_epsilon', { type: 'f32', value: 0 }],
    ['llama.attention.layer_norm_rms_epsilon', undefined],
    ['llama.rope.freq_base', { type: 'f32', value: -1 }],
    ['llama.rope.freq_base', { type: 'f32', value: Infinity }],
    ['llama.rope.scaling.type', 'longrope'],
    ['llama.rope.scaling.factor', { type: 'f32', value: -8 }],
    ['llama.rope.scaling.factor', { type: 'f32', value: NaN }],
    ['llama.rope.scale_linear', { type: 'f32', value: 1e9 }],
    ['llama.rope.scaling.attn_factor', { type: 'f32', value: -1.5 }],
    ['llama.rope.freq_base_swa', { type: 'f32', value: 10_000 }],
    ['llama.attention.scale', { type: 'f32', value: -1 }],
    ['llama.attention.sliding_window_pattern', 6],
    ['llama.attention.causal', false],
    ['llama.logit_scale', { type: 'f32', value: 8 }],
    ['llama.final_logit_softcapping', { type: 'f32', value: 30 }],
    ['llama.pooling_type', 3],
    ['llama.expert_count', 8],
    ['llama.attention.sliding_window', 1024],
    ['tokenizer.ggml.model', 'bert'],
    ['tokenizer.ggml.model', '__proto__'],
    ['tokenizer.ggml.pre', 'martian'],
    ['tokenizer.ggml.pre', undefined],
    ['tokenizer.ggml.tokens', undefined],
    ['tokenizer.ggml.tokens', []],
    ['tokenizer.ggml.token_type', [1, 2]],
    ['tokenizer.ggml.token_type', undefined],
    ['tokenizer.ggml.merges', undefined],
    ['tokenizer.ggml.eos_token_id', 274],
    ['tokenizer.ggml.eos_token_id', undefined],
    ['tokenizer.ggml.bos_token_id', 5000],
    ['tokenizer.chat_template', 7],
  ])('%s = %j', async (key, value) => {
    await expect(withKey(key, value)).rejects.toMatchObject({ code: 'ModelFormat', details: { key } });
  });

  it.each([
    ['twice the same token', { 'tokenizer.ggml.tokens': ['a', 'a'], 'tokenizer.ggml.token_type': [1, 1] }],
    ['a merge outside the vocabulary', { 'tokenizer.ggml.merges': ['t h', 'zq j'] }],
    ['a merge of one token', { 'tokenizer.ggml.merges': ['th'] }],
  ])('%s', async (_, metadata: TinyLlamaOptions['metadata']) => {
    await expect(open(tinyLlama(1, { metadata }))).rejects.toMatchObject({ code: 'ModelFormat' });
  });

  it('a merge that makes text into a control token', async () => {
    const types = tiny.metadata['tokenizer.ggml.token_type'] as number[];
    const metadata = { 'tokenizer.ggml.token_type': types.map((type, id) => (id === 259 ? 3 : type)) };
    await expect(open(tinyLlama(1, { metadata }))).rejects.toThrow(/control token "th"/);
  });

  it.each([0, 'x'])('general.alignment = %j', async (value) => {
    await expect(withKey('general.alignment', value)).rejects.toThrow(/general\.alignment/);
  });

  it('accepts the values that change nothing', async () => {
    const metadata = {
      'llama.attention.causal': true,
      'llama.logit_scale': { type: 'f32', value: 1 },
      'llama.expert_count': 0,
      'llama.rope.scaling.attn_factor': { type: 'f32', value: 1 },
    } as const;
    await expect(open(tinyLlama(1, { metadata }))).resolves.toBeDefined();
  });
});

describe('openGguf refuses, naming the tensor', () => {
  const name = 'blk.1.attn_k.weight';

  it.each<[string, Partial<TensorSource>]>([
    ['another shape', { shape: [32, 64] }],
    ['one dimension', { shape: [64 * 32] }],
    ['an offset off the alignment', { offset: 8 }],
    ['an offset past the end', { offset: 2 ** 40 }],
    ['an offset near 2^53', { offset: 2 ** 53 - 64 }],
    ['an offset into another tensor', { offset: 0 }],
    ['an unsupported type', { typeNumber: 9 }],
    ['an unknown type', { typeNumber: 4_000_000_000 }],
    ['a type that needs more columns', { type: 'Q6_K' }],
  ])('%s', async (_, change) => {
    const error = await openSource(withTensor(name, change)).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'ModelFormat' });
    expect((error as Error).message).toMatch(
      /^Tensor "(blk\.1\.attn_k|token_embd|blk\.0\.attn_norm)\.weight"/,
    );
  });

  it('names the unsupported type', async () => {
    await expect(openSource(withTensor(name, { typeNumber: 16 }))).rejects.toThrow(
      'Tensor "blk.1.attn_k.weight" has the unsupported type IQ2_XXS',
    );
    await expect(openSource(withTensor('output_norm.weight', { typeNumber: 8 }))).rejects.toThrow(
      'unsupported type Q8_0',
    );
  });

  it('a missing, repeated or unknown tensor', async () => {
    const without = tiny.tensors.filter((tensor) => tensor.name !== name);
    await expect(openSource({ ...tiny, tensors: without })).rejects.toThrow(`Tensor "${name}" is missing`);
    const again = tiny.tensors.filter((tensor) => tensor.name === name);
    await expect(openSource({ ...tiny, tensors: [...tiny.tensors, ...again] })).rejects.toThrow(
      'is there twice',
    );
    // Divisors of frequencies have a shape of their own, which this is not.
    for (const other of ['blk.0.attn_q.bias', 'rope_freqs.weight', 'blk.2.attn_q.weight']) {
      const extra = again.map((tensor) => ({ ...tensor, name: other }));
      await expect(openSource({ ...tiny, tensors: [...tiny.tensors, ...extra] })).rejects.toThrow(
        `Tensor "${other}"`,
      );
    }
  });
});
