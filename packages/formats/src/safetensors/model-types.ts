// The model types of config.json that load (`model_type`), and what each says by its name alone. All else of a family is the row of
// families.ts that its GGUF files have.
import { familyOf, type ModelFamily } from '../families.ts';
import { unsupported } from '../unsupported.ts';
import { show, valueOf, type JsonObject } from './json-file.ts';

/** What a key that is not in config.json stands for: the default of the class in transformers. */
interface Defaults {
  readonly tiedEmbeddings: boolean;
  /** Undefined: a head is its share of the hidden size. */
  readonly headDim: number | undefined;
  readonly ropeTheta: number;
}

export interface ModelType {
  readonly family: ModelFamily;
  /** The class in `architectures` that gives logits. */
  readonly architecture: string;
  readonly defaults: Defaults;
  /** The key of the MLP's activation, and its only value. */
  readonly activation: readonly [key: string, value: string];
  /** Norms are stored as what is added to one. */
  readonly normsAddOne: boolean;
  /** The end of a tensor's name for each role that has another one than most; of several things in one tensor by the first. */
  readonly names: Readonly<Record<string, string>>;
  /** The key of the norms' epsilon. */
  readonly normEpsKey: string;
  /** Of keys that others are refused for those that are run here. */
  readonly runs: readonly string[];
  /** Sliding layers rotate by the base of this older key, if there was one, or by that. */
  readonly slidingBase: { readonly key: string | undefined; readonly byDefault: number };
  /** Queries are multiplied by this number's root in the denominator, where there is one; by the head size's otherwise. */
  readonly attentionScalar?: { readonly key: string; readonly byDefault: number };
}

/** Rows of queries and keys are never permuted here, as they are for GGUF. */
const rowsAsTrained = (architecture: string): ModelFamily => ({
  ...familyOf(architecture),
  ropePairing: 'half',
});

/** In GGUF the next generation has the same name. */
function withoutSliding(family: ModelFamily): ModelFamily {
  const { slidingPeriod: _, ...rest } = family;
  return rest;
}

const plain = {
  defaults: { tiedEmbeddings: false, headDim: undefined, ropeTheta: 10_000 },
  activation: ['hidden_act', 'silu'],
  normsAddOne: false,
  names: {},
  normEpsKey: 'rms_norm_eps',
  runs: [],
  slidingBase: { key: undefined, byDefault: 10_000 },
} as const;

const olmo = {
  ...plain,
  family: rowsAsTrained('olmo2'),
  names: {
    postAttentionNorm: 'post_attention_layernorm.weight',
    postMlpNorm: 'post_feedforward_layernorm.weight',
  },
} as const;

/** All that load, by `model_type`. */
export const modelTypes: Readonly<Record<string, ModelType>> = {
  llama: { ...plain, family: rowsAsTrained('llama'), architecture: 'LlamaForCausalLM' },
  qwen2: { ...plain, family: rowsAsTrained('qwen2'), architecture: 'Qwen2ForCausalLM' },
  qwen3: {
    ...plain,
    family: rowsAsTrained('qwen3'),
    architecture: 'Qwen3ForCausalLM',
    defaults: { ...plain.defaults, headDim: 128 },
  },
  ministral3: {
    ...plain,
    family: { ...rowsAsTrained('mistral3'), slidesInAll: true }, // where its file has a window at all
    architecture: 'Ministral3ForCausalLM',
    defaults: { ...plain.defaults, headDim: 128 },
  },
  smollm3: {
    ...plain,
    family: rowsAsTrained('smollm3'),
    architecture: 'SmolLM3ForCausalLM',
    defaults: { tiedEmbeddings: true, headDim: undefined, ropeTheta: 2e6 },
    runs: ['no_rope_layers'],
  },
  phi3: {
    ...plain,
    family: rowsAsTrained('phi3'),
    architecture: 'Phi3ForCausalLM',
    names: { query: 'self_attn.qkv_proj.weight', gate: 'mlp.gate_up_proj.weight' },
    runs: ['partial_rotary_factor'],
  },
  granite: {
    ...plain,
    family: rowsAsTrained('granite'),
    architecture: 'GraniteForCausalLM',
    runs: ['embedding_multiplier', 'attention_multiplier', 'residual_multiplier', 'logits_scaling'],
  },
  olmo2: { ...olmo, family: withoutSliding(olmo.family), architecture: 'Olmo2ForCausalLM' },
  olmo3: {
    ...olmo,
    architecture: 'Olmo3ForCausalLM',
    defaults: { ...plain.defaults, ropeTheta: 5e5 },
    slidingBase: { key: undefined, byDefault: 5e5 },
  },
  lfm2: {
    ...plain,
    family: rowsAsTrained('lfm2'),
    architecture: 'Lfm2ForCausalLM',
    defaults: { tiedEmbeddings: true, headDim: undefined, ropeTheta: 1e6 },
    normEpsKey: 'norm_eps',
    names: {
      attentionNorm: 'operator_norm.weight',
      queryNorm: 'self_attn.q_layernorm.weight',
      keyNorm: 'self_attn.k_layernorm.weight',
      attentionOutput: 'self_attn.out_proj.weight',
      convolutionInput: 'conv.in_proj.weight',
      convolution: 'conv.conv.weight',
      convolutionOutput: 'conv.out_proj.weight',
      mlpNorm: 'ffn_norm.weight',
      gate: 'feed_forward.w1.weight',
      up: 'feed_forward.w3.weight',
      down: 'feed_forward.w2.weight',
      outputNorm: 'model.embedding_norm.weight',
    },
  },
  gemma3_text: {
    ...plain,
    family: rowsAsTrained('gemma3'),
    architecture: 'Gemma3ForCausalLM',
    defaults: { tiedEmbeddings: true, headDim: 256, ropeTheta: 1e6 },
    activation: ['hidden_activation', 'gelu_pytorch_tanh'],
    normsAddOne: true,
    names: {
      postAttentionNorm: 'post_attention_layernorm.weight',
      mlpNorm: 'pre_feedforward_layernorm.weight',
      postMlpNorm: 'post_feedforward_layernorm.weight',
    },
    slidingBase: { key: 'rope_local_base_freq', byDefault: 10_000 },
    attentionScalar: { key: 'query_pre_attn_scalar', byDefault: 256 },
  },
};

/** What config.json says the model is. Throws ModelFormatError naming what is known. */
export function readModelType(config: JsonObject): ModelType {
  const name = valueOf(config, 'model_type');
  const type = typeof name === 'string' && Object.hasOwn(modelTypes, name) ? modelTypes[name] : undefined;
  if (type === undefined) {
    const known = Object.keys(modelTypes).join(', ');
    const what = `Models of the type ${show(name)} are not supported ("model_type" of ${config.name}; known: ${known}).`;
    throw unsupported('model_type', show(name), what);
  }
  const architectures = valueOf(config, 'architectures');
  if (
    architectures === undefined ||
    (Array.isArray(architectures) && architectures.includes(type.architecture))
  )
    return type;
  const what = `A model of the class ${show(architectures)} is not supported, only ${type.architecture} ("architectures" of ${config.name}).`;
  throw unsupported('architectures', show(architectures), what);
}
