// How rope.* keys scale positions: sources made of the tiny llama, and the tiny models of e2e/golden/families.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openGguf } from './gguf.ts';
import { bytesSource } from './testing/bytes-source.ts';
import { divisorsNamed, divisorsOf, fused, openSource, perLayer, renamed } from './testing/renamed-llama.ts';
import type { MetadataValue } from './testing/write-gguf.ts';

const openFixture = (name: string) =>
  openGguf(
    bytesSource(
      new Uint8Array(readFileSync(new URL(`../../../e2e/golden/families/${name}.gguf`, import.meta.url))),
    ),
  );

const biases = perLayer({ 'attn_q.bias': 64, 'attn_k.bias': 32, 'attn_v.bias': 32 });

describe('yarn', () => {
  const yarn = (metadata: Readonly<Record<string, MetadataValue | undefined>> = {}) => {
    const all = {
      'qwen2.rope.scaling.type': 'yarn',
      'qwen2.rope.scaling.factor': 4,
      'qwen2.rope.scaling.original_context_length': 256,
      ...metadata,
    };
    return openSource(renamed('qwen2', biases, all));
  };

  it('keeps what turns fast, divides what turns slowly, and mixes between', async () => {
    const { config } = await yarn();
    // Of 16 elements at a base of 10,000, 32 turns in 256 tokens are of pair 0.2, and one turn is of pair 3.2.
    expect(config.ropeFrequencyDivisors).toEqual(
      [0, 0.25, 0.5, 0.75, 1, 1, 1, 1].map((x) => 1 / (1 - 0.75 * x)),
    );
    expect(config.ropeScalingFactor).toBe(1);
    expect(config.ropeMagnitude).toBeCloseTo(1 + 0.1 * Math.log(4), 12);
  });

  it.each<[number, Readonly<Record<string, MetadataValue | undefined>>]>([
    [1, { 'qwen2.rope.scaling.yarn_log_multiplier': 1 }],
    [1 + 0.1 * Math.log(4), { 'qwen2.rope.scaling.yarn_log_multiplier': 0 }],
    [1, { 'qwen2.rope.scaling.factor': 1 }],
    [2 + 0.2 * Math.log(4), { 'qwen2.rope.scaling.attn_factor': 2 }],
    [1 + 0.1 * Math.log(4), { 'qwen2.rope.scaling.yarn_attn_factor': { type: 'f32', value: 1.13863 } }],
    [1 + 0.1 * Math.log(4), { 'qwen2.rope.scaling.yarn_ext_factor': 1 }],
    [2, { 'qwen2.rope.scaling.type': 'linear', 'qwen2.rope.scaling.attn_factor': 2 }],
    [1, { 'qwen2.rope.scaling.type': 'none', 'qwen2.rope.scaling.attn_factor': 0 }],
  ])('lets heads grow by %f with %j', async (magnitude, metadata) => {
    expect((await yarn(metadata)).config.ropeMagnitude).toBeCloseTo(magnitude, 12);
  });

  it('comes on top of divisors that a tensor brings', async () => {
    const { config } = await openSource(
      renamed('llama', [divisorsOf(1, 1, 1, 1, 2, 2, 2, 2)], {
        'llama.rope.scaling.type': 'yarn',
        'llama.rope.scaling.factor': 4,
        'llama.rope.scaling.original_context_length': 256,
      }),
    );
    expect(config.ropeFrequencyDivisors?.slice(3)).toEqual([1 / (1 - 0.75 * 0.75), 8, 8, 8, 8]);
  });

  it.each<[string, MetadataValue | undefined]>([
    ['qwen2.rope.scaling.factor', undefined],
    ['qwen2.rope.scaling.factor', 0],
    ['qwen2.rope.scaling.original_context_length', undefined],
    ['qwen2.rope.scaling.original_context_length', 0],
    ['qwen2.rope.scaling.yarn_beta_fast', 0],
    ['qwen2.rope.scaling.yarn_attn_factor', 1],
    ['qwen2.rope.scaling.yarn_ext_factor', 0],
    ['qwen2.rope.scaling.attn_factor', -1],
    ['qwen2.rope.scaling.alpha', 1000],
    ['qwen2.attention.temperature_scale', { type: 'f32', value: 0.1 }],
  ])('is refused with %s = %j', async (key, value) => {
    await expect(yarn({ [key]: value })).rejects.toMatchObject({ code: 'ModelFormat', details: { key } });
  });
});

describe('mistral3', () => {
  it('mixes frequencies, and ends its window where queries would begin to grow', async () => {
    const { config } = await openFixture('mistral3');
    expect(config).toMatchObject({ ropePairing: 'adjacent', contextLength: 128, ropeScalingFactor: 1 });
    expect(config.ropeMagnitude).toBeCloseTo((1 + 0.1 * Math.log(4)) / (1 + 0.05 * Math.log(4)), 12);
    const scaled = { 'mistral3.attention.temperature_scale': { type: 'f32', value: 0.1 } } as const;
    const open = (metadata: Readonly<Record<string, MetadataValue>>) =>
      openSource(renamed('mistral3', [], metadata));
    const length = 'mistral3.rope.scaling.original_context_length';
    expect((await open({ ...scaled, [length]: 100 })).config.contextLength).toBe(100);
    expect((await open({ ...scaled, [length]: 1000 })).config.contextLength).toBe(512);
    expect((await open({ [length]: 100 })).config.contextLength).toBe(512);
    await expect(open(scaled)).rejects.toMatchObject({ details: { key: length } });
  });
});

describe('two sets of divisors', () => {
  const short = [1, 1, 1.125, 1.25, 1.5, 2];
  const long = [1, 2, 3, 5, 8, 13];
  const both = [divisorsNamed('rope_factors_short', short), divisorsNamed('rope_factors_long', long)];
  const trained = 'phi3.rope.scaling.original_context_length';
  const open = async (metadata: Readonly<Record<string, MetadataValue>>, tensors = both) => {
    const all = { 'phi3.rope.dimension_count': 12, 'phi3.rope.scaling.attn_factor': 1.25, ...metadata };
    return (await openSource(fused(renamed('phi3', tensors, all)))).config;
  };

  it.each<[readonly number[], Readonly<Record<string, MetadataValue>>]>([
    [long, { [trained]: 511 }],
    [short, { [trained]: 512 }],
    [short, {}],
    [short, { [trained]: 256, 'phi3.attention.sliding_window': 256 }],
    [long, { [trained]: 256, 'phi3.rope.scaling.type': 'longrope' }],
  ])('are chosen by the window: %j with %j', async (divisors, metadata) => {
    expect(await open(metadata)).toMatchObject({
      ropeFrequencyDivisors: divisors,
      ropeScalingFactor: 1,
      ropeMagnitude: 1.25,
      rotaryDim: 12,
    });
  });

  it('come both or not at all, and of one length', async () => {
    expect((await open({}, [])).ropeFrequencyDivisors).toBeUndefined();
    for (const only of both)
      await expect(open({}, [only])).rejects.toThrow(/rope_factors_(short|long).weight" is missing/);
    await expect(open({ 'phi3.rope.dimension_count': 16 })).rejects.toThrow('has the shape [6]');
    const negative = divisorsNamed('rope_factors_long', [1, 1, -1, 1, 1, 1]);
    const opened = open({ [trained]: 256 }, [...both.slice(0, 1), negative]);
    await expect(opened).rejects.toThrow('Tensor "rope_factors_long.weight"');
  });

  it('are refused of llama', async () => {
    await expect(openSource(renamed('llama', both))).rejects.toThrow('rope_factors_short.weight');
  });
});
