// config.json: both spellings of rotary positions give the same, and what would run wrongly is refused by its key. The divisors of
// Llama 3's scaling are held against those that transformers computed for the same model in GGUF.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openGguf } from '../gguf.ts';
import { bytesSource } from '../testing/bytes-source.ts';
import { readConfig } from './config.ts';

type Json = Readonly<Record<string, unknown>>;

const golden = new URL('../../../../e2e/golden/', import.meta.url);
const saved = (name: string): Json =>
  JSON.parse(readFileSync(new URL(`hub/${name}/config.json`, golden), 'utf8')) as Json;
const configOf = (values: Json) => readConfig({ name: 'config.json', values }).config;
const changed = (name: string, change: Json) => configOf({ ...saved(name), ...change });

const divided = {
  factor: 8,
  high_freq_factor: 4,
  low_freq_factor: 1,
  original_max_position_embeddings: 64,
};

describe('rotary positions', () => {
  it("are divided as by transformers' own divisors", async () => {
    const gguf = await openGguf(
      bytesSource(new Uint8Array(readFileSync(new URL('families/llama-divided.gguf', golden)))),
    );
    const [got, want] = [configOf(saved('llama-divided')), gguf.config].map(
      (each) => each.ropeFrequencyDivisors ?? [],
    );
    expect(got).toHaveLength(8);
    got?.forEach((divisor, i) => expect(divisor / (want?.[i] ?? NaN)).toBeCloseTo(1, 6));
  });

  it.each<[string, Json]>([
    ['llama-divided', { rope_theta: 10_000, rope_scaling: { rope_type: 'llama3', ...divided } }],
    ['llama-divided', { rope_theta: 10_000, rope_scaling: { type: 'llama3', ...divided } }],
    [
      'llama-divided',
      {
        rope_scaling: { type: 'llama3', ...divided, original_max_position_embeddings: undefined },
        original_max_position_embeddings: 64,
      },
    ],
    ['llama-linear', { rope_scaling: { type: 'linear', factor: 4 } }],
    ['qwen3', { rope_theta: 1e6, rope_scaling: null }],
    ['qwen3', { rope_theta: 1e6 }],
    [
      'gemma3',
      { rope_theta: 1e6, rope_local_base_freq: 10_000, rope_scaling: { rope_type: 'linear', factor: 8 } },
    ],
    [
      'gemma3',
      {
        rope_scaling: { rope_type: 'linear', factor: 8 },
        layer_types: null,
        sliding_window_pattern: 6,
        _sliding_window_pattern: null,
      },
    ],
    [
      'gemma3',
      { rope_scaling: { factor: 8, rope_type: 'linear' }, layer_types: null, _sliding_window_pattern: null },
    ],
  ])('of %s are the same by the older keys %j', (name, older) => {
    expect(changed(name, { rope_parameters: null, ...older })).toEqual(configOf(saved(name)));
  });

  it('of each kind of layer are the ones of its kind', () => {
    expect(configOf(saved('gemma3'))).toMatchObject({
      ropeTheta: 1e6,
      ropeScalingFactor: 8,
      sliding: { window: 21, ropeTheta: 10_000, isSliding: [true, true, true, true, true, false] },
      attentionScale: 0.25,
      embeddingScale: Math.sqrt(48),
    });
  });

  it.each<[string, Json, string]>([
    ['llama-linear', { type: 'yarn', factor: 4 }, '"original_max_position_embeddings"'],
    ['llama-linear', { rope_type: 'longrope', factor: 4 }, 'type "longrope"'],
    ['llama-linear', { rope_type: 'dynamic', factor: 4 }, 'type "dynamic"'],
    ['llama-linear', { rope_type: 7 }, 'type "7"'],
    ['llama-linear', { rope_type: 'linear' }, '"factor"'],
    ['llama-linear', { rope_type: 'linear', factor: 4, attention_factor: 2 }, '"attention_factor"'],
    ['llama-linear', { rope_type: 'default', partial_rotary_factor: 0.5 }, '"partial_rotary_factor"'],
    ['llama-linear', { rope_type: 'default', mrope_section: [1, 2] }, '"mrope_section"'],
    ['llama-linear', { rope_type: 'llama3', ...divided, high_freq_factor: 1 }, '"high_freq_factor"'],
    ['llama-linear', { full_attention: {} }, '"full_attention"'],
    ['gemma3', { full_attention: {}, chunked_attention: {} }, '"chunked_attention"'],
    ['gemma3', { sliding_attention: { rope_type: 'linear', factor: 2 } }, 'sliding layers'],
  ])('of %s with %j are refused', (name, rope, said) => {
    expect(() => changed(name, { rope_parameters: rope })).toThrow(said);
  });
});

describe('a model', () => {
  it.each<[Json, string]>([
    [{ model_type: 'mamba' }, '"mamba" are not supported'],
    [{ model_type: '__proto__' }, '"__proto__" are not supported'],
    [{ model_type: undefined }, 'type missing'],
    [{ architectures: ['Qwen3ForSequenceClassification'] }, '"architectures"'],
    [{ quantization_config: { quant_method: 'gptq' } }, '"quantization_config"'],
    [{ num_experts: 8 }, '"num_experts"'],
    [{ num_local_experts: 8 }, '"num_local_experts"'],
    [{ attention_bias: true }, '"attention_bias"'],
    [{ use_sliding_window: true }, '"use_sliding_window"'],
    [{ layer_types: ['full_attention', 'sliding_attention'] }, '"layer_types"'],
    [{ layer_types: ['full_attention'] }, '"layer_types"'],
    [{ is_causal: false }, '"is_causal"'],
    [{ hidden_act: 'gelu' }, '"hidden_act"'],
    [{ final_logit_softcapping: 30 }, '"final_logit_softcapping"'],
    [{ residual_multiplier: 0.2 }, '"residual_multiplier"'],
    [{ hidden_size: 0 }, '"hidden_size"'],
    [{ hidden_size: '64' }, '"hidden_size"'],
    [{ vocab_size: 2 ** 40 }, '"vocab_size"'],
    [{ num_hidden_layers: 1.5 }, '"num_hidden_layers"'],
    [{ num_key_value_heads: 3 }, '"num_attention_heads"'],
    [{ head_dim: 7 }, '"head_dim"'],
    [{ rms_norm_eps: undefined }, '"rms_norm_eps"'],
    [{ rms_norm_eps: -1 }, '"rms_norm_eps"'],
    [{ tie_word_embeddings: 'yes' }, '"tie_word_embeddings"'],
    [{ max_position_embeddings: null }, '"max_position_embeddings"'],
  ])('with %j is refused', (change, said) => {
    expect(() => changed('qwen3', change)).toThrow(said);
    expect(() => changed('qwen3', change)).toThrow(expect.objectContaining({ code: 'ModelFormat' }) as Error);
  });

  it('has the defaults of its class for what is not said', () => {
    const qwen3 = changed('qwen3', {
      head_dim: null,
      tie_word_embeddings: undefined,
      num_key_value_heads: null,
    });
    expect(qwen3).toMatchObject({ headDim: 128, tiedEmbeddings: false, numKvHeads: 4 });
    const llama = changed('llama-divided', {
      head_dim: undefined,
      architectures: undefined,
      rope_parameters: null,
    });
    expect(llama).toMatchObject({ headDim: 16, ropeTheta: 10_000, ropeScalingFactor: 1 });
    const gemma = changed('gemma3', { tie_word_embeddings: undefined, query_pre_attn_scalar: undefined });
    expect(gemma).toMatchObject({ tiedEmbeddings: true, attentionScale: 1 / 16 });
  });

  it('may say what changes nothing', () => {
    const neutral = {
      use_sliding_window: false,
      sliding_window: 4096,
      max_window_layers: 2,
      attention_bias: false,
    };
    expect(changed('qwen3', neutral)).toEqual(configOf(saved('qwen3')));
  });
});
