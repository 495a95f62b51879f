// Files of layers with the gated delta rule: what they become, what of them is left out, and what is refused.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openGguf } from './gguf.ts';
import { quantizeTensors } from './quantize.ts';
import { bytesSource } from './testing/bytes-source.ts';
import { openSource, renamed, vector } from './testing/renamed-llama.ts';
import { readTensor } from './testing/index.ts';
import type { MetadataValue, TensorSource } from './testing/write-gguf.ts';

const fixture = new URL('../../../e2e/golden/families/qwen35.gguf', import.meta.url);
const openFixture = () => openGguf(bytesSource(new Uint8Array(readFileSync(fixture))));

/** Of the tiny llama's two layers the first has the delta rule: two key heads, four value heads of 8. */
const keys: Readonly<Record<string, MetadataValue>> = {
  'qwen35.full_attention_interval': 2,
  'qwen35.ssm.group_count': 2,
  'qwen35.ssm.time_step_rank': 4,
  'qwen35.ssm.state_size': 8,
  'qwen35.ssm.inner_size': 32,
  'qwen35.ssm.conv_kernel': 4,
};

const matrix = (name: string, cols: number, rows: number): TensorSource => ({
  name,
  shape: [cols, rows],
  type: 'F32',
  data: new Uint8Array(Float32Array.from({ length: cols * rows }, (_, i) => Math.floor(i / cols)).buffer),
});

/** What the tiny llama lacks of such a file, and without what of it. */
function hybrid(
  metadata: Readonly<Record<string, MetadataValue | undefined>> = {},
  extra: readonly TensorSource[] = [],
) {
  const source = renamed('qwen35', [], { ...keys, ...metadata });
  const kept = source.tensors.filter(
    ({ name }) => !/^blk\.(0\.attn_(q|k|v|output)|1\.attn_q|\d+\.ffn_norm)\.weight$/.test(name),
  );
  return {
    ...source,
    tensors: [
      ...kept,
      matrix('blk.0.attn_qkv.weight', 64, 64),
      matrix('blk.0.attn_gate.weight', 64, 32),
      matrix('blk.0.ssm_beta.weight', 64, 4),
      matrix('blk.0.ssm_alpha.weight', 64, 4),
      matrix('blk.0.ssm_conv1d.weight', 4, 64),
      vector('blk.0.ssm_a', 4),
      vector('blk.0.ssm_dt.bias', 4),
      vector('blk.0.ssm_norm.weight', 8),
      matrix('blk.0.ssm_out.weight', 32, 64),
      matrix('blk.1.attn_q.weight', 64, 128),
      vector('blk.1.attn_q_norm.weight', 16),
      vector('blk.1.attn_k_norm.weight', 16),
      ...[0, 1].map((layer) => vector(`blk.${layer}.post_attention_norm.weight`, 64)),
      ...extra,
    ],
  };
}

describe('qwen35', () => {
  it('has delta layers where a flag says so, and gates attention in the others', async () => {
    const { config, tensors } = await openFixture();
    expect(config).toMatchObject({
      numLayers: 5,
      rotaryDim: 8,
      attentionGate: true,
      qkNorm: 'each-head',
      delta: {
        numKeyHeads: 2,
        numValueHeads: 4,
        headDim: 16,
        length: 4,
        isDelta: [true, false, true, false, true],
      },
    });
    const rolesOf = (layer: number) =>
      tensors.flatMap(({ id }) => ('layer' in id && id.layer === layer ? [id.role] : []));
    expect(rolesOf(0)).toContain('deltaConvolution');
    expect(rolesOf(1)).not.toContain('deltaConvolution');
    const vectors = tensors.filter(({ id }) => /^delta(Convolution|Decay|TimeBias|Norm)$/.test(id.role));
    expect(vectors.map(({ layout }) => layout.format)).toEqual(vectors.map(() => 'f32'));
  });

  it('takes rows of queries and of their gates by turns', async () => {
    const file = await openSource(hybrid());
    expect(file.config.delta?.isDelta).toEqual([true, false]);
    const firstRows = async (role: string) => {
      const first: (number | undefined)[] = [];
      for (const tensor of file.tensors.filter(({ id }) => id.role === role))
        first.push((await readTensor(file, tensor))[0]);
      return first;
    };
    // Four heads of 16.
    expect(await firstRows('query')).toEqual([0, 32, 64, 96]);
    expect(await firstRows('attentionGate')).toEqual([16, 48, 80, 112]);
  });

  it('is quantised as it loads, but for what is no matrix', async () => {
    const { tensors } = await openSource(hybrid());
    const formats = new Map(
      quantizeTensors(tensors, 'int4').map(({ id, layout }) => [id.role, layout.format] as const),
    );
    for (const role of ['deltaConvolution', 'deltaDecay', 'deltaTimeBias', 'deltaNorm'] as const)
      expect(formats.get(role)).toBe('f32');
    for (const role of ['deltaChannels', 'deltaGate', 'deltaAlpha', 'deltaOutput', 'attentionGate'] as const)
      expect(formats.get(role)).toBe('int4');
  });

  it('leaves out layers that predict further tokens, and no others', async () => {
    const further = [vector('blk.2.nextn.enorm.weight', 64), vector('blk.2.attn_norm.weight', 64)];
    const counted = { 'qwen35.block_count': 3, 'qwen35.nextn_predict_layers': 1 };
    const { config, tensors } = await openSource(hybrid(counted, further));
    expect(config.numLayers).toBe(2);
    expect(tensors).toEqual((await openSource(hybrid())).tensors);
    await expect(openSource(hybrid({}, further))).rejects.toThrow('blk.2.nextn.enorm.weight');
    const beyond = [...further, vector('blk.3.attn_norm.weight', 64)];
    await expect(openSource(hybrid(counted, beyond))).rejects.toThrow('blk.3.attn_norm.weight');
  });

  it.each<[string, MetadataValue | undefined]>([
    ['full_attention_interval', 3],
    ['full_attention_interval', 0],
    ['full_attention_interval', undefined], // four, of two layers
    ['attention.recurrent_layers', [1]],
    ['attention.recurrent_layers', [1, 1]],
    ['attention.recurrent_layers', [2, 0]],
    ['attention.recurrent_layers', true],
    ['ssm.group_count', 3],
    ['ssm.group_count', undefined],
    ['ssm.time_step_rank', 0],
    ['ssm.state_size', 16],
    ['ssm.inner_size', 64],
    ['ssm.conv_kernel', 1],
    ['ssm.conv_kernel', 17],
    ['nextn_predict_layers', 2],
    ['nextn_predict_layers', -1],
  ])('is refused with %s = %j', async (name, value) => {
    const opened = openSource(hybrid({ [`qwen35.${name}`]: value }));
    await expect(opened).rejects.toMatchObject({ code: 'ModelFormat' });
  });

  it('attends in all layers with an interval of one', async () => {
    const flags = { 'qwen35.full_attention_interval': 1 };
    await expect(openSource(hybrid(flags))).rejects.toThrow('Tensor "blk.0.attn_q.weight" is missing');
  });
});

it('sections of rotary positions are refused of others', async () => {
  const opened = openSource(renamed('qwen3', [], { 'qwen3.rope.dimension_sections': [11, 11, 10, 0] }));
  await expect(opened).rejects.toMatchObject({ details: { key: 'qwen3.rope.dimension_sections' } });
});
