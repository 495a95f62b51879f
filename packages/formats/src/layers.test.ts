// Files whose layers differ from each other, as Gemma 4's: what they become, what of them is left out, and what is refused.
import { readFileSync } from 'node:fs';
import { nmse, Random } from '@longread/core';
import { describe, expect, it } from 'vitest';
import { openGguf } from './gguf.ts';
import { quantizeModel } from './quantize.ts';
import { createValueReader } from './repack/read-values.ts';
import { matrixTypes } from './repack/source-types.ts';
import { bytesSource } from './testing/bytes-source.ts';
import { openSource, renamed, vector, without } from './testing/renamed-llama.ts';
import { dequantizeReference } from './testing/index.ts';
import { randomBlocks } from './testing/random-blocks.ts';
import type { GgmlTypeName, GgufSource, MetadataValue, TensorSource } from './testing/write-gguf.ts';

const fixture = new URL('../../../e2e/golden/families/gemma4.gguf', import.meta.url);
const openFixture = () => openGguf(bytesSource(new Uint8Array(readFileSync(fixture))));

const matrix = (name: string, cols: number, rows: number): TensorSource => ({
  name,
  shape: [cols, rows],
  type: 'F32',
  data: new Uint8Array(Float32Array.from({ length: cols * rows }, (_, i) => Math.floor(i / cols)).buffer),
});

/** Of the tiny llama's two layers the second shares the keys of the first; each gets eight numbers of a token. */
const keys: Readonly<Record<string, MetadataValue>> = {
  'gemma4.attention.shared_kv_layers': 1,
  'gemma4.embedding_length_per_layer_input': 8,
  'gemma4.final_logit_softcapping': 30,
};

function shared(
  metadata: Readonly<Record<string, MetadataValue | undefined>> = {},
  extra: readonly TensorSource[] = [],
): GgufSource {
  const source = renamed('gemma4', [], { ...keys, ...metadata });
  const numTokens = (source.metadata['tokenizer.ggml.tokens'] as readonly string[]).length;
  const both = [0, 1].flatMap((layer) => [
    ...['post_attention_norm', 'post_ffw_norm', 'post_norm'].map((name) =>
      vector(`blk.${layer}.${name}.weight`, 64),
    ),
    vector(`blk.${layer}.attn_q_norm.weight`, 16),
    matrix(`blk.${layer}.inp_gate.weight`, 64, 8),
    matrix(`blk.${layer}.proj.weight`, 8, 64),
  ]);
  const outside = [
    matrix('per_layer_token_embd.weight', 16, numTokens),
    matrix('per_layer_model_proj.weight', 64, 16),
    vector('per_layer_proj_norm.weight', 8),
    vector('blk.0.attn_k_norm.weight', 16),
  ];
  return { ...source, tensors: [...source.tensors, ...both, ...outside, ...extra] };
}

describe('gemma4', () => {
  it('says what its layers are', async () => {
    const { config, tensors, layerInputsOf } = await openFixture();
    expect(config).toMatchObject({
      headDim: 32,
      rotaryDim: 32,
      intermediateSize: 96,
      intermediateSizes: [48, 48, 48, 48, 48, 96, 96],
      attentionScale: 1,
      logitCap: 3,
      sharedFrom: 5,
      layerInputs: { size: 16 },
      sliding: { window: 21, headDim: 16, isSliding: [true, false, true, true, false, true, false] },
    });
    expect(config.layerScales).toHaveLength(7);
    expect(config.ropeFrequencyDivisors?.slice(0, 5).map((divisor) => divisor > 1)).toEqual([
      ...[false, false, false, false],
      true,
    ]);
    expect(tensors.some(({ name }) => name === 'per_layer_token_embd.weight')).toBe(false);
    const shares = (layer: number) => !tensors.some(({ name }) => name === `blk.${layer}.attn_k.weight`);
    expect([4, 5, 6].map(shares)).toEqual([false, true, true]);
    const rows = await layerInputsOf?.([5, 287, 5]);
    expect(rows).toHaveLength(3 * 7 * 16);
    expect(rows?.slice(0, 112)).toEqual(rows?.slice(224));
    expect(new Set(rows).size).toBeGreaterThan(200);
  });

  it('is the same without what only some files have', async () => {
    const { config } = await openSource(shared());
    expect(config).toMatchObject({ sharedFrom: 1, logitCap: 30, layerInputs: { size: 8 } });
    expect(config.layerScales).toBeUndefined();
    const bare = await openSource(shared({ 'gemma4.final_logit_softcapping': 0 }));
    expect(bare.config).not.toHaveProperty('logitCap');
    const scaled = await openSource(shared({}, [vector('blk.1.layer_output_scale.weight', 1)]));
    expect(scaled.config.layerScales).toEqual([1, 0.5]);
    const byLayer = await openSource(shared({ 'gemma4.attention.head_count_kv': [2, 2] }));
    expect(byLayer.config).toEqual(config);
  });

  it('reads rows of the table, whatever the weights are quantised to', async () => {
    const file = await openSource(shared());
    for (const of of [file, quantizeModel(file, 'file')]) {
      const rows = (await of.layerInputsOf?.([3, 0, 7])) ?? [];
      expect([...rows]).toEqual([3, 0, 7].flatMap((row) => Array.from({ length: 16 }, () => row)));
    }
  });

  it('leaves out keys and values of layers that share, and no others', async () => {
    const leftOver = (layer: number) => [
      matrix(`blk.${layer}.attn_k.weight`, 64, 32),
      vector(`blk.${layer}.attn_k_norm.weight`, 16),
    ];
    const bare = without(without(shared(), 'blk.1.attn_k.weight'), 'blk.1.attn_v.weight');
    const { tensors } = await openSource(bare);
    const names = (await openSource({ ...bare, tensors: [...bare.tensors, ...leftOver(1)] })).tensors;
    expect(names.map(({ name }) => name)).toEqual(tensors.map(({ name }) => name));
    const beyond = openSource({ ...bare, tensors: [...bare.tensors, ...leftOver(2)] });
    await expect(beyond).rejects.toThrow('blk.2.attn_k.weight');
    await expect(openSource(without(shared(), 'blk.0.attn_v.weight'))).rejects.toThrow(
      'Tensor "blk.0.attn_v.weight" is missing',
    );
  });

  it.each<[string, MetadataValue]>([
    ['attention.shared_kv_layers', 2],
    ['attention.shared_kv_layers', -1],
    ['attention.head_count_kv', [2, 1]],
    ['attention.head_count_kv', [2, 0]],
    ['attention.head_count_kv', [2]],
    ['attention.head_count_kv', [0, 0]],
    ['attention.key_length_swa', 32],
    ['attention.key_length_swa', 7],
    ['attention.value_length_swa', 8],
    ['rope.dimension_count_swa', 8],
    ['rope.dimension_count', 8],
    ['feed_forward_length', [96]],
    ['feed_forward_length', [96, 0]],
    ['embedding_length_per_layer_input', -8],
    ['final_logit_softcapping', -1],
    ['expert_count', 128],
    ['attn_logit_softcapping', 50],
  ])('is refused with %s = %j', async (name, value) => {
    const metadata = {
      'gemma4.attention.sliding_window': 16,
      'gemma4.attention.sliding_window_pattern': [1, 0],
      'gemma4.attention.shared_kv_layers': 0,
      [`gemma4.${name}`]: value,
    };
    await expect(openSource(shared(metadata))).rejects.toMatchObject({
      code: 'ModelFormat',
      details: { key: `gemma4.${name}` },
    });
  });

  it('is refused where a layer shares with one of another kind', async () => {
    const metadata = {
      'gemma4.attention.sliding_window': 16,
      'gemma4.attention.sliding_window_pattern': [1, 0],
    };
    await expect(openSource(shared(metadata))).rejects.toThrow('layer 1 shares the keys of a layer below 1');
  });

  it.each([
    ['per_layer_token_embd.weight'],
    ['per_layer_model_proj.weight'],
    ['per_layer_proj_norm.weight'],
    ['blk.1.inp_gate.weight'],
    ['blk.1.proj.weight'],
    ['blk.1.post_norm.weight'],
  ])('is refused without %s', async (name) => {
    await expect(openSource(without(shared(), name))).rejects.toThrow(`Tensor "${name}" is missing`);
  });

  it('is refused with a scale that is no number', async () => {
    const scale = vector('blk.0.layer_output_scale.weight', 1);
    const data = new Uint8Array(Float32Array.of(NaN).buffer);
    await expect(openSource(shared({}, [{ ...scale, data }]))).rejects.toThrow('layer_output_scale');
  });
});

describe('rows of a table that stays in its file', () => {
  it.each([...matrixTypes.values()].map(({ name }) => name))("are the definition's of %s", async (name) => {
    const [, type] = [...matrixTypes].find(([, known]) => known.name === name) ?? expect.fail();
    const [rows, cols] = [9, 512];
    const random = new Random(5);
    const data = randomBlocks(name as GgmlTypeName, rows * cols, random, 1);
    const layout = { format: type.format, rows, cols, groupSize: type.groupSize };
    const stored = { name, layout, type, offset: 0 };
    const got = await createValueReader(bytesSource(data), stored)([8, 0, 8, 3]);
    const want = dequantizeReference(name, data);
    const wanted = [8, 0, 8, 3].flatMap((row) => [...want.subarray(row * cols, (row + 1) * cols)]);
    expect(nmse(got, wanted)).toBeLessThan(1e-5);
  });

  it('are read once while they are among the latest, and no more of them are kept than a few MiB', async () => {
    const [, type] = [...matrixTypes].find(([, { name }]) => name === 'F32') ?? expect.fail();
    const [rows, cols] = [9, 256 * 1024]; // a MiB each
    const data = new Uint8Array(
      Float32Array.from({ length: rows * cols }, (_, i) => Math.floor(i / cols)).buffer,
    );
    const offsets: number[] = [];
    const source = bytesSource(data);
    const counting = {
      size: source.size,
      read: (offset: number, length: number) => {
        offsets.push(offset / (4 * cols));
        return source.read(offset, length);
      },
    };
    const layout = { format: type.format, rows, cols, groupSize: type.groupSize };
    const read = createValueReader(counting, { name: 'table', layout, type, offset: 0 });
    for (const row of [1, 2, 1, 3, 4, 1, 5, 2, 1]) expect((await read([row]))[7]).toBe(row);
    expect(offsets).toEqual([1, 2, 3, 4, 5, 2]);
  });
});

it.each(['attention.shared_kv_layers', 'embedding_length_per_layer_input', 'final_logit_softcapping'])(
  '%s is refused of others',
  async (name) => {
    const opened = openSource(renamed('qwen3', [], { [`qwen3.${name}`]: 2 }));
    await expect(opened).rejects.toMatchObject({ details: { key: `qwen3.${name}` } });
  },
);
