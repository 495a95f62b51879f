// Which tensors a model's file must have, under GGUF's names, and what each is in the engine's terms.
import {
  deltaChannels,
  isCarrying,
  isSharing,
  ofLayer,
  type LayerTensorRole,
  type ModelConfig,
  type ModelTensorRole,
  type TensorId,
} from '@longread/core';
import type { ModelFamily } from './families.ts';

export interface Shape {
  readonly name: string;
  readonly rows: number;
  readonly cols: number;
  /** A norm, which is a row, a bias or decay, which is a column, or a convolution: all but that of one dimension in the file. In f32 here. */
  readonly isVector: boolean;
}

/** A tensor of the file: what is one behind the other in a tensor, each with its rows; mostly one thing. */
export interface Expected<Id = TensorId> extends Shape {
  readonly parts: readonly { readonly id: Id; readonly rows: number }[];
}

type Part = readonly [role: LayerTensorRole, rows: number];

/** The tensors of a layer, without its number. @param shares whether it has no keys and values of its own */
function layerTensors(
  config: ModelConfig,
  { fusesTensors, mlpNormName }: ModelFamily,
  attends: boolean,
  shares: boolean,
): readonly Expected<LayerTensorRole>[] {
  const { hiddenSize, intermediateSize, headDim } = config;
  const queryRows = config.numHeads * headDim;
  const kvRows = config.numKvHeads * headDim;
  const tensor = (name: string, cols: number, ...parts: readonly Part[]): Expected<LayerTensorRole> => ({
    name,
    rows: parts.reduce((sum, [, rows]) => sum + rows, 0),
    cols,
    isVector: /(norm\.weight|bias|\.conv\.weight|ssm_conv1d\.weight|ssm_a)$/.test(name),
    parts: parts.map(([id, rows]) => ({ id, rows })),
  });
  const ifPre = (...parts: Parameters<typeof tensor>) => (config.preNorms ? [tensor(...parts)] : []);
  const ifPost = (...parts: Parameters<typeof tensor>) => (config.postNorms ? [tensor(...parts)] : []);
  const byTurns = Array.from({ length: config.numHeads }, (): readonly Part[] => [
    ['query', headDim],
    ['attentionGate', headDim],
  ]);
  const query: readonly Part[] = config.attentionGate ? byTurns.flat() : [['query', queryRows]];
  const qkv = [
    tensor('attn_q.weight', hiddenSize, ...query),
    ...(shares
      ? []
      : [
          tensor('attn_k.weight', hiddenSize, ['key', kvRows]),
          tensor('attn_v.weight', hiddenSize, ['value', kvRows]),
        ]),
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
    ...(shares ? [] : [tensor('attn_k_norm.weight', isTogether ? kvRows : headDim, ['keyNorm', 1])]),
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
  const attention = [
    ...(fusesTensors ? [fusedQkv] : qkv),
    ...(config.qkvBias ? biases : []),
    ...(config.qkNorm ? headNorms : []),
    tensor('attn_output.weight', queryRows, ['attentionOutput', hiddenSize]),
  ];
  const { length } = config.convolution ?? {};
  const convolution =
    length === undefined
      ? []
      : [
          tensor('shortconv.in_proj.weight', hiddenSize, ['convolutionInput', 3 * hiddenSize]),
          tensor('shortconv.conv.weight', length, ['convolution', hiddenSize]),
          tensor('shortconv.out_proj.weight', hiddenSize, ['convolutionOutput', hiddenSize]),
        ];
  return [
    ...ifPre('attn_norm.weight', hiddenSize, ['attentionNorm', 1]),
    ...(attends ? attention : [...convolution, ...deltaTensors(config, tensor)]),
    ...ifPost('post_attention_norm.weight', hiddenSize, ['postAttentionNorm', 1]),
    ...ifPre(mlpNormName, hiddenSize, ['mlpNorm', 1]),
    ...(fusesTensors ? [fusedGateUp] : gateUp),
    tensor('ffn_down.weight', intermediateSize, ['down', hiddenSize]),
    ...ifPost('post_ffw_norm.weight', hiddenSize, ['postMlpNorm', 1]),
    ...(config.layerInputs
      ? [
          tensor('inp_gate.weight', hiddenSize, ['inputGate', config.layerInputs.size]),
          tensor('proj.weight', config.layerInputs.size, ['inputProjection', hiddenSize]),
          tensor('post_norm.weight', hiddenSize, ['postInputNorm', 1]),
        ]
      : []),
  ];
}

/** Those of a layer with the gated delta rule. */
function deltaTensors(
  { delta, hiddenSize }: ModelConfig,
  tensor: (name: string, cols: number, ...parts: readonly Part[]) => Expected<LayerTensorRole>,
): readonly Expected<LayerTensorRole>[] {
  if (delta === undefined) return [];
  const { numValueHeads, headDim, length } = delta;
  const values = numValueHeads * headDim;
  return [
    tensor('attn_qkv.weight', hiddenSize, ['deltaChannels', deltaChannels(delta)]),
    tensor('attn_gate.weight', hiddenSize, ['deltaGate', values]),
    tensor('ssm_beta.weight', hiddenSize, ['deltaBeta', numValueHeads]),
    tensor('ssm_alpha.weight', hiddenSize, ['deltaAlpha', numValueHeads]),
    tensor('ssm_conv1d.weight', length, ['deltaConvolution', deltaChannels(delta)]),
    tensor('ssm_a', 1, ['deltaDecay', numValueHeads]),
    tensor('ssm_dt.bias', 1, ['deltaTimeBias', numValueHeads]),
    tensor('ssm_norm.weight', headDim, ['deltaNorm', 1]),
    tensor('ssm_out.weight', values, ['deltaOutput', hiddenSize]),
  ];
}

/** Every tensor that a file must have, in the order data flows. */
export function expectedTensors(config: ModelConfig, family: ModelFamily): readonly Expected[] {
  const { hiddenSize, vocabSize, layerInputs, numLayers } = config;
  const outside = (role: ModelTensorRole, name: string, rows: number, cols = hiddenSize): Expected => ({
    name,
    rows,
    cols,
    isVector: rows === 1,
    parts: [{ id: { role }, rows }],
  });
  return [
    outside('tokenEmbedding', 'token_embd.weight', vocabSize),
    ...(layerInputs
      ? [
          outside('layerInputs', 'per_layer_model_proj.weight', numLayers * layerInputs.size),
          outside('layerInputsNorm', 'per_layer_proj_norm.weight', 1, layerInputs.size),
        ]
      : []),
    ...Array.from({ length: numLayers }, (_, layer) =>
      layerTensors(ofLayer(config, layer), family, !isCarrying(config, layer), isSharing(config, layer)).map(
        ({ name, parts, ...shape }): Expected => ({
          ...shape,
          name: `blk.${layer}.${name}`,
          parts: parts.map(({ id: role, rows }) => ({ id: { role, layer }, rows })),
        }),
      ),
    ).flat(),
    outside('outputNorm', family.outputNormName, 1),
    ...(config.tiedEmbeddings ? [] : [outside('lmHead', 'output.weight', vocabSize)]),
  ];
}
