// What a file must have, and tensors that are several one behind the other.
import { describe, expect, it } from 'vitest';
import { fused, openSource, perLayer, renamed, without } from './testing/renamed-llama.ts';
import { readTensor } from './testing/read-tensor.ts';
import type { MetadataValue } from './testing/write-gguf.ts';

const llama = renamed('llama', []);
const phi3 = (metadata: Readonly<Record<string, MetadataValue>> = {}) => fused(renamed('phi3', [], metadata));

describe('phi3', () => {
  it('has the rows of fused tensors where llama has tensors', async () => {
    const [apart, together] = [await openSource(llama), await openSource(phi3())];
    expect(together.tensors.map(({ id, layout }) => ({ id, layout }))).toEqual(
      apart.tensors.map(({ id, layout }) => ({ id, layout })),
    );
    for (const [i, tensor] of together.tensors.entries()) {
      const same = apart.tensors[i];
      expect(await readTensor(together, tensor)).toEqual(same && (await readTensor(apart, same)));
    }
    const names = together.tensors.flatMap(({ id, name }) => (id.role === 'value' ? [name] : []));
    expect(names[0]).toBe('blk.0.attn_qkv.weight rows 96 to 127');
    expect(new Set(together.tensors.map(({ name }) => name)).size).toBe(together.tensors.length);
  });

  it('rotates a part of its heads, and ends its window where all layers look back no further', async () => {
    const open = async (metadata: Readonly<Record<string, MetadataValue>>) =>
      (await openSource(phi3(metadata))).config;
    expect(await open({})).toMatchObject({ rotaryDim: 16, contextLength: 512, ropePairing: 'half' });
    expect((await open({ 'phi3.rope.dimension_count': 8 })).rotaryDim).toBe(8);
    const window = 'phi3.attention.sliding_window';
    expect((await open({ [window]: 0 })).contextLength).toBe(512);
    expect((await open({ [window]: 512 })).contextLength).toBe(512);
    expect((await open({ [window]: 300 })).contextLength).toBe(300);
    expect((await open({ [window]: 300 })).sliding).toBeUndefined();
  });

  it.each<[string, MetadataValue]>([
    ['phi3.rope.dimension_count', 7],
    ['phi3.rope.dimension_count', 18],
    ['phi3.attention.sliding_window', -1],
    ['phi3.attention.sliding_window_pattern', 2],
    ['phi3.rope.scaling.type', 'su'],
    ['phi3.expert_count', 16],
  ])('is refused with %s = %j', async (key, value) => {
    const opened = openSource(phi3({ [key]: value }));
    await expect(opened).rejects.toMatchObject({ code: 'ModelFormat', details: { key } });
  });

  it('is refused with a tensor that is missing, of another shape, or apart', async () => {
    const lost = openSource(without(phi3(), 'blk.1.attn_qkv.weight'));
    await expect(lost).rejects.toThrow('Tensor "blk.1.attn_qkv.weight" is missing');
    await expect(openSource(renamed('phi3', []))).rejects.toThrow('"blk.0.attn_qkv.weight" is missing');
    const half = {
      ...phi3(),
      tensors: [
        ...fused(llama).tensors.filter(({ name }) => !name.endsWith('ffn_up.weight')),
        ...llama.tensors.filter(({ name }) => name.endsWith('ffn_up.weight')),
      ],
    };
    await expect(openSource(half)).rejects.toThrow(
      'has the shape [64, 128], the configuration asks for [64, 256]',
    );
    await expect(openSource(fused(llama))).rejects.toThrow('"blk.0.attn_q.weight" is missing');
  });
});

describe('olmo2', () => {
  const own = perLayer({
    'attn_q_norm.weight': 64,
    'attn_k_norm.weight': 32,
    'post_attention_norm.weight': 64,
    'post_ffw_norm.weight': 64,
  });
  const whole = renamed('olmo2', own);
  const olmo2 = ['attn_norm', 'ffn_norm'].reduce(
    (source, norm) => [0, 1].reduce((rest, layer) => without(rest, `blk.${layer}.${norm}.weight`), source),
    whole,
  );
  const openWith = async (metadata: Readonly<Record<string, MetadataValue>>) =>
    (await openSource({ ...olmo2, metadata: { ...olmo2.metadata, ...metadata } })).config;

  it('normalises behind attention and MLP alone, and all heads of a kind together', async () => {
    expect(await openWith({})).toMatchObject({ qkNorm: 'all-heads', preNorms: false, postNorms: true });
    expect((await openWith({})).sliding).toBeUndefined();
    const { tensors } = await openSource(olmo2);
    const cols = (role: string) =>
      tensors.filter(({ id }) => id.role === role).map(({ layout }) => layout.cols);
    expect([cols('queryNorm'), cols('keyNorm'), cols('mlpNorm')]).toEqual([[64, 64], [32, 32], []]);
  });

  it('slides in three layers of four where it has a window, by the same base', async () => {
    const slides = { 'olmo2.attention.sliding_window': 256 };
    expect((await openWith(slides)).sliding).toEqual({
      window: 256,
      ropeTheta: 10_000,
      isSliding: [true, true],
    });
    const base = { 'olmo2.rope.freq_base': 5e5, 'olmo2.attention.sliding_window_pattern': [1, 0] };
    const sliding = { window: 256, ropeTheta: 5e5, isSliding: [true, false] };
    expect((await openWith({ ...slides, ...base })).sliding).toEqual(sliding);
  });

  it('is refused with norms before, with norms of a single head, and without one', async () => {
    await expect(openSource(whole)).rejects.toThrow(/"blk\.[01]\.(attn|ffn)_norm\.weight" is not part of/);
    const single = {
      ...olmo2,
      tensors: olmo2.tensors.map((tensor) =>
        tensor.name === 'blk.0.attn_q_norm.weight'
          ? { ...tensor, shape: [16], data: tensor.data.slice(0, 64) }
          : tensor,
      ),
    };
    await expect(openSource(single)).rejects.toThrow('has the shape [16], the configuration asks for [64]');
    for (const name of ['blk.1.attn_k_norm.weight', 'blk.0.post_ffw_norm.weight'])
      await expect(openSource(without(olmo2, name))).rejects.toThrow(`Tensor "${name}" is missing`);
  });
});
