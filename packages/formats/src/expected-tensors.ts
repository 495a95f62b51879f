// Which tensors a model's file must have, under GGUF's names, and what each is in the engine's terms.
import type { LayerTensorRole, ModelConfig, ModelTensorRole, TensorId } from '@longread/core';
import type { ModelFamily } from './families.ts';

export interface Shape {
  readonly name: string;
  readonly rows: number;
  readonly cols: number;
  /** One dimension in the file: a norm is a row, a bias a column. The engine has them in f32. */
  readonly isVector: boolean;
}

/** A tensor of the file: what is one behind the other in a tensor, each with its rows; mostly one thing. */
export interface Expected<Id = TensorId> extends Shape {
  readonly parts: readonly { readonly id: Id; readonly rows: number }[];
}

type Part = readonly [role: LayerTensorRole, rows: number];

/** The tensors of a layer, without its number. */
function layerTensors(
  config: ModelConfig,
  { fusesTensors }: ModelFamily,
): readonly Expected<LayerTensorRole>[] {
  const { hiddenSize, intermediateSize, headDim } = config;
  const queryRows = config.numHeads * headDim;
  const kvRows = config.numKvHeads * headDim;
  const tensor = (name: string, cols: number, ...parts: readonly Part[]): Expected<LayerTensorRole> => ({
    name,
    rows: parts.reduce((sum, [, rows]) => sum + rows, 0),
    cols,
    isVector: /(norm\.weight|bias)$/.test(name),
    parts: parts.map(([id, rows]) => ({ id, rows })),
  });
  const ifPre = (...parts: Parameters<typeof tensor>) => (config.preNorms ? [tensor(...parts)] : []);
  const ifPost = (...parts: Parameters<typeof tensor>) => (config.postNorms ? [tensor(...parts)] : []);
  const qkv = [
    tensor('attn_q.weight', hiddenSize, ['query', queryRows]),
    tensor('attn_k.weight', hiddenSize, ['key', kvRows]),
    tensor('attn_v.weight', hiddenSize, ['value', kvRows]),
  ];
  const fusedQkv = tensor(
    'attn_qkv.weight',
    hiddenSize,
    ['query', queryRows],
    ['key', kvRows],
    ['value', kvRows],
  );
  const biases = [
    tensor('attn_q.bias', 1, ['queryBias', queryRows]),
    tensor('attn_k.bias', 1, ['keyBias', kvRows]),
    tensor('attn_v.bias', 1, ['valueBias', kvRows]),
  ];
  const isTogether = config.qkNorm === 'all-heads';
  const headNorms = [
    tensor('attn_q_norm.weight', isTogether ? queryRows : headDim, ['queryNorm', 1]),
    tensor('attn_k_norm.weight', isTogether ? kvRows : headDim, ['keyNorm', 1]),
  ];
  const gateUp = [
    tensor('ffn_gate.weight', hiddenSize, ['gate', intermediateSize]),
    tensor('ffn_up.weight', hiddenSize, ['up', intermediateSize]),
  ];
  const fusedGateUp = tensor(
    'ffn_up.weight',
    hiddenSize,
    ['gate', intermediateSize],
    ['up', intermediateSize],
  );
  return [
    ...ifPre('attn_norm.weight', hiddenSize, ['attentionNorm', 1]),
    ...(fusesTensors ? [fusedQkv] : qkv),
    ...(config.qkvBias ? biases : []),
    ...(config.qkNorm ? headNorms : []),
    tensor('attn_output.weight', queryRows, ['attentionOutput', hiddenSize]),
    ...ifPost('post_attention_norm.weight', hiddenSize, ['postAttentionNorm', 1]),
    ...ifPre('ffn_norm.weight', hiddenSize, ['mlpNorm', 1]),
    ...(fusesTensors ? [fusedGateUp] : gateUp),
    tensor('ffn_down.weight', intermediateSize, ['down', hiddenSize]),
    ...ifPost('post_ffw_norm.weight', hiddenSize, ['postMlpNorm', 1]),
  ];
}

/** Every tensor that a file must have, in the order data flows. */
export function expectedTensors(config: ModelConfig, family: ModelFamily): readonly Expected[] {
  const { hiddenSize, vocabSize } = config;
  const outside = (role: ModelTensorRole, name: string, rows: number): Expected => ({
    name,
    rows,
    cols: hiddenSize,
    isVector: rows === 1,
    parts: [{ id: { role }, rows }],
  });
  const ofLayer = layerTensors(config, family);
  return [
    outside('tokenEmbedding', 'token_embd.weight', vocabSize),
    ...Array.from({ length: config.numLayers }, (_, layer) =>
      ofLayer.map(({ name, parts, ...shape }): Expected => ({
        ...shape,
        name: `blk.${layer}.${name}`,
        parts: parts.map(({ id: role, rows }) => ({ id: { role, layer }, rows })),
      })),
    ).flat(),
    outside('outputNorm', 'output_norm.weight', 1),
    ...(config.tiedEmbeddings ? [] : [outside('lmHead', 'output.weight', vocabSize)]),
  ];
}
