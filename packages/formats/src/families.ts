// The architectures that load, by their name in GGUF (general.architecture), and what each says by its name alone. No other file
// asks for a name: what families differ in is a property of ModelConfig.
import type { ModelConfig } from '@longread/core';
import { unsupported } from './unsupported.ts';

/** What a family's files have in common, whatever their keys say. */
type Traits = Pick<
  ModelConfig,
  'ropePairing' | 'qkvBias' | 'qkNorm' | 'valueNorm' | 'preNorms' | 'postNorms' | 'activation'
>;

export interface ModelFamily extends Traits {
  readonly architecture: string;
  /** Whether a file may bring divisors of the rotary frequencies (tensor rope_freqs.weight). */
  readonly mayDivideFrequencies: boolean;
  /** Whether it may bring two sets of them, for a long window and a short one (tensors rope_factors_long and rope_factors_short). */
  readonly mayHaveLongFactors: boolean;
  /** Whether a part of each head may rotate (rope.dimension_count). */
  readonly mayRotateInPart: boolean;
  /** Whether queries, keys and values are one tensor (attn_qkv), and gate and up (ffn_up), one behind the other. */
  readonly fusesTensors: boolean;
  /** Whether control tokens swallow whitespace behind them in templates, where the vocabulary is SentencePiece's; no key says so. */
  readonly controlsSwallowSpace: boolean;
  /** Whether all layers look back on attention.sliding_window tokens: where that is less than the window, the window is as long. */
  readonly slidesInAll: boolean;
  /**
   * Whether queries may grow with their position (attention.temperature_scale), which begins at rope.scaling.original_context_length.
   * That is not run: the window ends before it.
   */
  readonly mayScaleQueries: boolean;
  /** Whether a file scales embeddings, what is added to the hidden state, and logits (embedding_scale, residual_scale, logit_scale). */
  readonly mayScale: boolean;
  /** Whether no layer rotates where rope.scaling.finetuned is false; elsewhere that says how a model came about. */
  readonly mayNotRotate: boolean;
  /** Whether embeddings are multiplied by the root of the hidden size. */
  readonly scalesEmbeddings: boolean;
  /** Of so many layers all but the last slide, unless the file says otherwise; no layer may where it is absent. */
  readonly slidingPeriod?: number;
  /** By what base layers that slide rotate, unless the file says it; by that of the others where it is absent. */
  readonly slidingTheta?: number;
  /** Of so many layers the last does not rotate, which no key says; all rotate where it is absent. */
  readonly unrotatedPeriod?: number;
  /** Whether layers without key and value heads (attention.head_count_kv by layer) have a gated short convolution. */
  readonly mayConvolve: boolean;
  /**
   * Whether layers that do not attend (attention.recurrent_layers, or all but the last of full_attention_interval) have the gated delta
   * rule (ssm.*).
   */
  readonly mayHaveDelta: boolean;
  /** Whether attn_q has a row that gates attention for each of queries, head by head. */
  readonly gatesAttention: boolean;
  /** Whether rope.dimension_sections may say how the pairs of a head share positions of images: those of text are all the same. */
  readonly mayRotateInSections: boolean;
  /** Whether layers at the end may predict further tokens (nextn_predict_layers), which are not run. */
  readonly maySkip: boolean;
  /** Whether sliding layers may have heads of another size (key_length_swa), and MLPs their own width each (feed_forward_length by layer). */
  readonly mayDifferByLayer: boolean;
  /** Whether layers at the end may attend to the keys and values of others (attention.shared_kv_layers). */
  readonly mayShareKeys: boolean;
  /** Whether tokens may bring something to each layer (embedding_length_per_layer_input), and layers may scale what leaves them. */
  readonly mayInputByLayer: boolean;
  /** Whether logits may be capped (final_logit_softcapping). */
  readonly mayCapLogits: boolean;
  /** What products of queries and keys are multiplied by, which no key says; the root of the head's size divides them where it is absent. */
  readonly attentionScale?: number;
  /** What the norm before the MLP is called. */
  readonly mlpNormName: string;
  /** What the norm behind the last layer is called. */
  readonly outputNormName: string;
  /** Layers of the one size whose heads are scaled as a share of the hidden size, not as the heads that they are. */
  readonly numLayersScaledByShare?: number;
}

/** What most have in common. */
const plain = {
  ropePairing: 'half',
  qkvBias: false,
  qkNorm: false,
  preNorms: true,
  postNorms: false,
  activation: 'silu',
  mayDivideFrequencies: false,
  mayHaveLongFactors: false,
  mayRotateInPart: false,
  fusesTensors: false,
  controlsSwallowSpace: false,
  slidesInAll: false,
  mayScaleQueries: false,
  mayScale: false,
  mayNotRotate: false,
  scalesEmbeddings: false,
  mayConvolve: false,
  mayHaveDelta: false,
  gatesAttention: false,
  mayRotateInSections: false,
  maySkip: false,
  mayDifferByLayer: false,
  mayShareKeys: false,
  mayInputByLayer: false,
  mayCapLogits: false,
  mlpNormName: 'ffn_norm.weight',
  outputNormName: 'output_norm.weight',
} as const;

/** All that load. */
export const families: readonly ModelFamily[] = [
  { ...plain, architecture: 'llama', ropePairing: 'adjacent', mayDivideFrequencies: true },
  {
    ...plain,
    architecture: 'mistral3',
    ropePairing: 'adjacent',
    mayDivideFrequencies: true,
    mayScaleQueries: true,
  },
  { ...plain, architecture: 'smollm3', ropePairing: 'adjacent', unrotatedPeriod: 4 },
  {
    ...plain,
    architecture: 'phi3',
    mayHaveLongFactors: true,
    mayRotateInPart: true,
    fusesTensors: true,
    controlsSwallowSpace: true,
    slidesInAll: true,
  },
  {
    ...plain,
    architecture: 'granite',
    ropePairing: 'adjacent',
    mayDivideFrequencies: true,
    mayScale: true,
    mayNotRotate: true,
  },
  { ...plain, architecture: 'qwen2', qkvBias: true },
  { ...plain, architecture: 'qwen3', qkNorm: 'each-head' },
  {
    ...plain,
    architecture: 'olmo2',
    qkNorm: 'all-heads',
    preNorms: false,
    postNorms: true,
    slidingPeriod: 4,
  },
  {
    ...plain,
    architecture: 'gemma3',
    qkNorm: 'each-head',
    postNorms: true,
    activation: 'gelu-tanh',
    scalesEmbeddings: true,
    slidingPeriod: 6,
    slidingTheta: 10_000,
    numLayersScaledByShare: 62, // 27B; its files do not say so
  },
  {
    ...plain,
    architecture: 'gemma4',
    qkNorm: 'each-head',
    valueNorm: true,
    postNorms: true,
    activation: 'gelu-tanh',
    scalesEmbeddings: true,
    slidingPeriod: 6,
    slidingTheta: 10_000,
    mayDivideFrequencies: true,
    mayDifferByLayer: true,
    mayShareKeys: true,
    mayInputByLayer: true,
    mayCapLogits: true,
    attentionScale: 1,
  },
  {
    ...plain,
    architecture: 'lfm2',
    qkNorm: 'each-head',
    mayConvolve: true,
    outputNormName: 'token_embd_norm.weight',
  },
  {
    ...plain,
    architecture: 'qwen35',
    qkNorm: 'each-head',
    mayRotateInPart: true,
    mayRotateInSections: true,
    mayHaveDelta: true,
    gatesAttention: true,
    maySkip: true,
    mlpNormName: 'post_attention_norm.weight',
  },
];

/** The family of an architecture. Throws ModelFormatError, which names those that load. */
export function familyOf(architecture: string): ModelFamily {
  const family = families.find((known) => known.architecture === architecture);
  if (family !== undefined) return family;
  const known = families.map((each) => each.architecture).join(', ');
  const what = `Architecture "${architecture.slice(0, 80)}" is not supported (general.architecture; known: ${known}).`;
  throw unsupported('general.architecture', architecture, what);
}
