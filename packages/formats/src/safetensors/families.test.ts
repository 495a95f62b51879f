// config.json of the families whose files differ most from llama's: it says what the GGUF file of the same model says (which
// families.py wrote of the same configuration), older spellings say the same, and what would run wrongly is refused by its key.
import { readFileSync } from 'node:fs';
import type { ModelConfig } from '@longread/core';
import { describe, expect, it } from 'vitest';
import { openGguf } from '../gguf.ts';
import { bytesSource } from '../testing/bytes-source.ts';
import { readConfig } from './config.ts';

type Json = Readonly<Record<string, unknown>>;

const golden = new URL('../../../../e2e/golden/', import.meta.url);
const saved = (name: string): Json =>
  JSON.parse(readFileSync(new URL(`hub/${name}/config.json`, golden), 'utf8')) as Json;
const configOf = (values: Json): ModelConfig => readConfig({ name: 'config.json', values }).config;
const changed = (name: string, change: Json): ModelConfig => configOf({ ...saved(name), ...change });

it.each(['mistral3', 'smollm3', 'phi3', 'granite', 'olmo3'])(
  '%s says what its GGUF file says',
  async (name) => {
    const bytes = new Uint8Array(readFileSync(new URL(`families/${name}.gguf`, golden)));
    const { config } = await openGguf(bytesSource(bytes));
    const hub = configOf(saved(name));
    const near = (value: unknown): unknown =>
      typeof value === 'number'
        ? (expect.closeTo(value, 4) as unknown)
        : Array.isArray(value)
          ? value.map(near)
          : value;
    const given = Object.entries(config).filter(([, value]) => value !== undefined);
    const alike = Object.fromEntries(given.map(([key, value]) => [key, near(value)]));
    expect(hub).toMatchObject({ ...alike, name: expect.any(String) as string, ropePairing: 'half' });
  },
);

const long = saved('phi3').rope_parameters as Json;
const beside = { partial_rotary_factor: 0.75, rope_theta: 10_000 };
const { long_factor, short_factor } = long;

describe('older spellings', () => {
  it.each<[string, Json]>([
    [
      'phi3',
      { rope_parameters: null, rope_scaling: { type: 'longrope', long_factor, short_factor }, ...beside },
    ],
    ['phi3', { rope_parameters: null, rope_scaling: { type: 'su', long_factor, short_factor }, ...beside }],
    ['phi3', { rope_parameters: { ...long, factor: 2 }, lm_head_bias: false, sliding_window: null }],
    ['lfm2', { layer_types: null, full_attn_idxs: [1, 3] }],
    ['lfm2', { tie_word_embeddings: null, tie_embedding: true, block_ff_dim: 61, intermediate_size: null }],
    ['lfm2', { block_auto_adjust_ff_dim: false, intermediate_size: 64 }],
    ['smollm3', { no_rope_layers: null, no_rope_layer_interval: 4 }],
    ['smollm3', { no_rope_layers: null, no_rope_layer_interval: null }],
    ['olmo3', { layer_types: null }],
    ['granite', { attention_bias: false, mlp_bias: false }],
  ])('of %s with %j say the same', (name, change) => {
    expect(changed(name, change)).toEqual(configOf(saved(name)));
  });
});

describe('the window', () => {
  it('ends where queries would begin to grow', () => {
    expect(saved('mistral3').max_position_embeddings).toBe(512);
    expect(changed('mistral3', {}).contextLength).toBe(128);
    const { llama_4_scaling_beta: _, ...rope_parameters } = saved('mistral3').rope_parameters as Json;
    expect(changed('mistral3', { rope_parameters }).contextLength).toBe(512);
  });

  it('is as short as what all layers look back on', () => {
    expect(changed('phi3', { sliding_window: 100 }).contextLength).toBe(100);
    expect(changed('mistral3', { sliding_window: 100 }).contextLength).toBe(100);
    expect(changed('phi3', { sliding_window: 100 }).sliding).toBeUndefined();
  });
});

it('takes the divisors of a short window where it is one, and heads that do not grow', () => {
  const short = changed('phi3', { max_position_embeddings: 64 });
  expect(short.ropeFrequencyDivisors).toEqual(short_factor);
  expect(short.ropeMagnitude).toBe(1);
  expect(changed('phi3', { rope_parameters: { ...long, attention_factor: 1.5 } }).ropeMagnitude).toBe(1.5);
});

it('has no scales where granite says none, and no convolution where all layers attend', () => {
  const bare = changed('granite', {
    embedding_multiplier: null,
    attention_multiplier: null,
    residual_multiplier: null,
    logits_scaling: null,
  });
  expect(bare).toMatchObject({ embeddingScale: 1, attentionScale: 1, logitScale: 1, rmsNormEps: 1e-5 });
  expect(changed('lfm2', { layer_types: null }).convolution).toBeUndefined();
});

const yarn = (name: string): Json => saved(name).rope_parameters as Json;

it.each<[string, Json, string]>([
  ['phi3', { rope_parameters: { ...long, long_factor: [1, 2] } }, '"long_factor"'],
  ['phi3', { rope_parameters: { ...long, long_factor: undefined } }, '"long_factor"'],
  ['phi3', { rope_parameters: { ...long, long_factor: Array(12).fill(0) } }, '"long_factor"'],
  ['phi3', { rope_parameters: { ...long, long_factor: Array(12).fill('1') } }, '"long_factor"'],
  ['phi3', { rope_parameters: { ...long, partial_rotary_factor: 0.72 } }, '"partial_rotary_factor"'],
  ['phi3', { rope_parameters: { ...long, partial_rotary_factor: 0 } }, '"partial_rotary_factor"'],
  ['phi3', { rope_parameters: { ...long, rope_type: 'linear', factor: 2 } }, '"long_factor"'],
  ['phi3', { rope_parameters: { ...long, rope_type: 'dynamic' } }, 'only "longrope"'],
  ['phi3', { lm_head_bias: true }, '"lm_head_bias"'],
  ['mistral3', { rope_parameters: { ...yarn('mistral3'), factor: 0 } }, '"factor"'],
  ['mistral3', { rope_parameters: { ...yarn('mistral3'), truncate: false } }, '"truncate"'],
  ['mistral3', { rope_parameters: { ...yarn('mistral3'), beta_fast: 'fast' } }, '"beta_fast"'],
  ['olmo2', { rope_parameters: { ...yarn('olmo2'), llama_4_scaling_beta: 0.1 } }, '"llama_4_scaling_beta"'],
  ['olmo2', { layer_types: ['sliding_attention', 'full_attention'] }, '"layer_types"'],
  ['smollm3', { no_rope_layers: [1, 1, 1, 0] }, '"no_rope_layers"'],
  ['smollm3', { no_rope_layers: [1, 1, 1, 0, 2] }, '"no_rope_layers"'],
  ['smollm3', { use_sliding_window: true }, '"use_sliding_window"'],
  ['granite', { residual_multiplier: 0 }, '"residual_multiplier"'],
  ['granite', { logits_scaling: 'none' }, '"logits_scaling"'],
  ['granite', { num_local_experts: 8 }, '"num_local_experts"'],
  ['lfm2', { layer_types: Array(5).fill('sliding_attention') }, '"layer_types"'],
  ['lfm2', { layer_types: null, full_attn_idxs: [1, 5] }, '"full_attn_idxs"'],
  ['lfm2', { conv_bias: true }, '"conv_bias"'],
  ['lfm2', { conv_L_cache: 1 }, '"conv_L_cache"'],
  ['lfm2', { block_auto_adjust_ff_dim: 'yes' }, '"block_auto_adjust_ff_dim"'],
  ['lfm2', { norm_eps: undefined }, '"norm_eps"'],
  ['lfm2', { model_type: 'lfm2_moe' }, '"lfm2_moe" are not supported'],
  ['mistral3', { model_type: 'mistral3' }, '"mistral3" are not supported'],
  ['granite', { model_type: 'granitemoehybrid' }, '"granitemoehybrid" are not supported'],
])('%s with %j is refused', (name, change, said) => {
  expect(() => changed(name, change)).toThrow(said);
  expect(() => changed(name, change)).toThrow(expect.objectContaining({ code: 'ModelFormat' }) as Error);
});
