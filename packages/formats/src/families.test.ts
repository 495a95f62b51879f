// What each architecture's files become, and what of them is refused: the tiny models of e2e/golden/families, which Python's gguf
// wrote, and sources made of the tiny llama.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openGguf } from './gguf.ts';
import { bytesSource } from './testing/bytes-source.ts';
import { divisorsOf, openSource, perLayer, renamed, vector, without } from './testing/renamed-llama.ts';
import type { MetadataValue } from './testing/write-gguf.ts';

const openFixture = (name: string) =>
  openGguf(
    bytesSource(
      new Uint8Array(readFileSync(new URL(`../../../e2e/golden/families/${name}.gguf`, import.meta.url))),
    ),
  );

const qwen2Tensors = perLayer({ 'attn_q.bias': 64, 'attn_k.bias': 32, 'attn_v.bias': 32 });
const qwen3Tensors = perLayer({ 'attn_q_norm.weight': 16, 'attn_k_norm.weight': 16 });
const biasRoles = ['queryBias', 'keyBias', 'valueBias'];

describe('llama', () => {
  it('brings divisors of frequencies, or a factor', async () => {
    const { config } = await openFixture('llama-divided');
    const divisors = config.ropeFrequencyDivisors ?? [];
    expect(divisors).toHaveLength(config.headDim / 2);
    expect(divisors[0]).toBe(1);
    expect(divisors.at(-1)).toBeCloseTo(8, 4);
    expect(config.ropeScalingFactor).toBe(1);
    expect((await openFixture('llama-linear')).config).toMatchObject({
      ropeScalingFactor: 4,
      tiedEmbeddings: false,
    });
  });

  it.each<[number, Readonly<Record<string, MetadataValue>>]>([
    [1, {}],
    [8, { 'llama.rope.scaling.factor': 8 }],
    [8, { 'llama.rope.scaling.type': 'linear', 'llama.rope.scaling.factor': 8 }],
    [2, { 'llama.rope.scale_linear': 2 }],
    [2, { 'llama.rope.scaling.factor': 0, 'llama.rope.scale_linear': 2 }],
    [1, { 'llama.rope.scaling.type': 'none', 'llama.rope.scaling.factor': 8 }],
    [1, { 'llama.rope.scaling.type': 'linear' }],
  ])('scales positions by %f with %j', async (factor, metadata) => {
    expect((await openSource(renamed('llama', [], metadata))).config.ropeScalingFactor).toBe(factor);
  });

  it('has divisors of frequencies in its configuration, not among its weights', async () => {
    const divisors = [1, 1, 1.5, 2, 4, 7.5, 8, 32];
    const [without, model] = [
      await openSource(renamed('llama', [])),
      await openSource(renamed('llama', [divisorsOf(...divisors)])),
    ];
    expect(model.config.ropeFrequencyDivisors).toEqual(divisors);
    expect(without.config.ropeFrequencyDivisors).toBeUndefined();
    expect(model.tensors).toEqual(without.tensors);
  });

  it.each([0, -1, NaN, Infinity])('is refused with a divisor of %f', async (value) => {
    const opened = openSource(renamed('llama', [divisorsOf(1, 1, value, 1, 1, 1, 1, 1)]));
    await expect(opened).rejects.toThrow('Tensor "rope_freqs.weight"');
  });

  it.each([
    ['qwen2', qwen2Tensors],
    ['qwen3', qwen3Tensors],
  ])('only: divisors are refused of %s', async (architecture, own) => {
    const opened = openSource(renamed(architecture, [...own, vector('rope_freqs.weight', 8)]));
    await expect(opened).rejects.toThrow(
      `Tensor "rope_freqs.weight" is not part of a ${architecture} model: leaving it out would give wrong output.`,
    );
  });
});

describe('smollm3', () => {
  it('rotates in three layers of four, in pairs of neighbours', async () => {
    const { config } = await openFixture('smollm3');
    expect(config).toMatchObject({
      ropePairing: 'adjacent',
      rotaryDim: 16,
      unrotatedLayers: [false, false, false, true, false],
    });
    expect((await openSource(renamed('llama', []))).config.unrotatedLayers).toBeUndefined();
  });
});

describe('granite', () => {
  const scale = (value: number) => ({ type: 'f32', value }) as const;
  const scales = { 'granite.logit_scale': scale(8) };
  const openWith = async (metadata: Readonly<Record<string, MetadataValue | undefined>>) =>
    (await openSource(renamed('granite', [], { ...scales, ...metadata }))).config;

  it('scales embeddings, attention, logits, and residuals by the state that they are added to', async () => {
    const { config } = await openFixture('granite');
    expect(config.attentionScale).toBeCloseTo(0.1, 7);
    expect(config.embeddingScale).toBeCloseTo(12 / 0.22, 5);
    expect(config.rmsNormEps).toBeCloseTo(1e-5 / 0.22 ** 2, 9);
    expect(config.logitScale).toBe(1 / 6);
    expect(await openWith({})).toMatchObject({ embeddingScale: 1, attentionScale: 0.25, logitScale: 0.125 });
    const none = { 'granite.residual_scale': 0, 'granite.embedding_scale': 0, 'granite.attention.scale': 0 };
    expect(await openWith(none)).toEqual(await openWith({}));
  });

  it('does not rotate where rope is off', async () => {
    const key = 'granite.rope.scaling.finetuned';
    expect((await openWith({ [key]: false })).unrotatedLayers).toEqual([true, true]);
    expect((await openWith({ [key]: true })).unrotatedLayers).toBeUndefined();
    const llama = await openSource(renamed('llama', [], { 'llama.rope.scaling.finetuned': false }));
    expect(llama.config.unrotatedLayers).toBeUndefined();
  });

  it.each<[string, MetadataValue | undefined]>([
    ['granite.logit_scale', undefined],
    ['granite.logit_scale', 0],
    ['granite.residual_scale', scale(-0.22)],
    ['granite.residual_scale', scale(1e-4)],
    ['granite.embedding_scale', scale(Infinity)],
    ['granite.expert_count', 32],
  ])('is refused with %s = %j', async (key, value) => {
    await expect(openWith({ [key]: value })).rejects.toMatchObject({ code: 'ModelFormat', details: { key } });
  });
});

describe('qwen2', () => {
  it('has biases, and takes them by their length', async () => {
    const { config, tensors } = await openFixture('qwen2');
    expect(config).toMatchObject({ ropePairing: 'half', qkvBias: true, qkNorm: false, headDim: 16 });
    const biases = tensors.filter(({ name }) => name.endsWith('.bias'));
    expect(biases.map(({ id }) => id.role)).toEqual([...biasRoles, ...biasRoles]);
    expect(biases.map(({ layout }) => [layout.rows, layout.cols])).toEqual(
      [64, 32, 32, 64, 32, 32].map((rows) => [rows, 1]),
    );
  });

  it('is refused without a bias, with a longer one, and with norms of heads', async () => {
    const whole = renamed('qwen2', qwen2Tensors);
    const lost = openSource(without(whole, 'blk.0.attn_v.bias'));
    await expect(lost).rejects.toThrow('Tensor "blk.0.attn_v.bias" is missing');
    const long = perLayer({ 'attn_q.bias': 64, 'attn_k.bias': 64, 'attn_v.bias': 32 });
    await expect(openSource(renamed('qwen2', long))).rejects.toThrow('has the shape [64]');
    const normed = openSource(renamed('qwen2', [...qwen2Tensors, ...qwen3Tensors]));
    await expect(normed).rejects.toThrow('Tensor "blk.0.attn_q_norm.weight" is not part of a qwen2 model');
  });
});

describe('qwen3', () => {
  const norms = qwen3Tensors;

  it('normalises heads, pairs by halves, and has heads that are no share of the hidden size', async () => {
    const { config, tensors, sizeKeys } = await openFixture('qwen3');
    expect(config).toMatchObject({
      ropePairing: 'half',
      qkNorm: 'each-head',
      ropeTheta: 1e6,
      headDim: 24,
      hiddenSize: 64,
      numHeads: 4,
    });
    expect(tensors.filter(({ id }) => id.role === 'queryNorm' || id.role === 'keyNorm')).toHaveLength(4);
    expect(sizeKeys.headDim).toBe('qwen3.attention.key_length');
    expect((await openSource(renamed('qwen3', norms))).config.qkNorm).toBe('each-head');
  });

  it('is refused without a norm, with one of another size, with biases, and with what is a reranker', async () => {
    const whole = renamed('qwen3', norms);
    const lost = openSource(without(whole, 'blk.1.attn_k_norm.weight'));
    await expect(lost).rejects.toThrow('Tensor "blk.1.attn_k_norm.weight" is missing');
    const wide = perLayer({ 'attn_q_norm.weight': 64, 'attn_k_norm.weight': 16 });
    await expect(openSource(renamed('qwen3', wide))).rejects.toThrow('has the shape [64]');
    for (const name of ['blk.0.attn_q.bias', 'cls.output.weight'])
      await expect(openSource(renamed('qwen3', [...norms, vector(name, 64)]))).rejects.toThrow(name);
    const pooled = openSource(renamed('qwen3', norms, { 'qwen3.pooling_type': 3 }));
    await expect(pooled).rejects.toMatchObject({ details: { key: 'qwen3.pooling_type' } });
  });
});

describe('gemma3', () => {
  const own = perLayer({
    'attn_q_norm.weight': 16,
    'attn_k_norm.weight': 16,
    'post_attention_norm.weight': 64,
    'post_ffw_norm.weight': 64,
  });
  const openWith = async (metadata: Readonly<Record<string, MetadataValue>>) =>
    (await openSource(renamed('gemma3', own, metadata))).config;

  it('slides in five layers of six, scales embeddings and gates by GELU', async () => {
    const { config } = await openFixture('gemma3');
    expect(config).toMatchObject({
      ropePairing: 'half',
      ropeTheta: 1e6,
      ropeScalingFactor: 8,
      qkNorm: 'each-head',
      qkvBias: false,
      postNorms: true,
      activation: 'gelu-tanh',
      attentionScale: 0.25,
      sliding: { window: 21, ropeTheta: 10_000, isSliding: [true, true, true, true, true, false] },
    });
    expect(config.embeddingScale).toBeCloseTo(Math.sqrt(48), 12);
  });

  it.each<[Readonly<Record<string, MetadataValue>>, readonly boolean[] | undefined]>([
    [{}, undefined],
    [{ 'gemma3.attention.sliding_window': 0 }, undefined],
    [{ 'gemma3.attention.sliding_window': 512 }, [true, true]],
    [{ 'gemma3.attention.sliding_window': 512, 'gemma3.attention.sliding_window_pattern': 1 }, undefined],
    [{ 'gemma3.attention.sliding_window': 512, 'gemma3.attention.sliding_window_pattern': 2 }, [true, false]],
    [
      { 'gemma3.attention.sliding_window': 512, 'gemma3.attention.sliding_window_pattern': [0, 1] },
      [false, true],
    ],
  ])('with %j slides in %j', async (metadata, isSliding) => {
    expect((await openWith(metadata)).sliding?.isSliding).toEqual(isSliding);
  });

  it('takes another base of sliding layers, and another scale of attention', async () => {
    const metadata = {
      'gemma3.attention.sliding_window': 512,
      'gemma3.rope.freq_base_swa': 5000,
      'gemma3.attention.scale': { type: 'f32', value: 0.125 },
    } as const;
    expect(await openWith(metadata)).toMatchObject({ sliding: { ropeTheta: 5000 }, attentionScale: 0.125 });
  });

  it.each<[string, MetadataValue]>([
    ['gemma3.attention.sliding_window', -1],
    ['gemma3.attention.sliding_window_pattern', [1, 0, 1]],
    ['gemma3.attention.sliding_window_pattern', [2, 0]],
    ['gemma3.attention.sliding_window_pattern', 0],
    ['gemma3.final_logit_softcapping', { type: 'f32', value: 30 }],
    ['gemma3.rope.scaling.attn_factor', 2],
    ['gemma3.attn_logit_softcapping', { type: 'f32', value: 50 }],
  ])('is refused with %s = %j', async (key, value) => {
    const metadata = { 'gemma3.attention.sliding_window': 512, [key]: value };
    await expect(openWith(metadata)).rejects.toMatchObject({ code: 'ModelFormat', details: { key } });
  });

  it('is refused without a norm behind attention or MLP', async () => {
    for (const name of ['blk.0.post_attention_norm.weight', 'blk.1.post_ffw_norm.weight'])
      await expect(openSource(without(renamed('gemma3', own), name))).rejects.toThrow(
        `Tensor "${name}" is missing`,
      );
  });
});

describe('lfm2', () => {
  const counts = 'lfm2.attention.head_count_kv';

  it('has a convolution in the layers without key and value heads', async () => {
    const { config, tensors } = await openFixture('lfm2');
    expect(config).toMatchObject({
      numLayers: 5,
      numKvHeads: 1,
      headDim: 16,
      convolution: { length: 3, isConvolution: [true, false, true, false, true] },
    });
    const ofLayer = (layer: number) =>
      tensors.flatMap(({ id, layout }) =>
        'layer' in id && id.layer === layer ? [[id.role, layout.rows, layout.cols]] : [],
      );
    expect(ofLayer(0).slice(0, 4)).toEqual([
      ['attentionNorm', 1, 48],
      ['convolutionInput', 144, 48],
      ['convolution', 48, 3],
      ['convolutionOutput', 48, 48],
    ]);
    expect(ofLayer(1).map(([role]) => role)).not.toContain('convolution');
    expect(tensors.find(({ id }) => id.role === 'convolution')?.layout.format).toBe('f32');
  });

  it.each<[readonly number[], string]>([
    [[0, 2], 'lfm2.shortconv.l_cache'],
    [[2, 1], `${counts}" is an array of 2`],
    [[0, 0], `${counts}" is an array of 2`],
    [[2, 2, 2], `${counts}" is an array of 3`],
    [[-1, 2], `${counts}" is an array of 2`],
  ])('is refused with heads %j by layer', async (value, message) => {
    await expect(openSource(renamed('lfm2', [], { [counts]: [...value] }))).rejects.toThrow(message);
  });

  it.each([1, 17, 2.5, 0])('is refused with a convolution over %f tokens', async (length) => {
    const metadata = { [counts]: [0, 2], 'lfm2.shortconv.l_cache': length };
    await expect(openSource(renamed('lfm2', [], metadata))).rejects.toThrow('lfm2.shortconv.l_cache');
  });
});
