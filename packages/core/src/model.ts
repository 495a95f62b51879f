// What a model is, in the engine's own words: its configuration, its tensors' roles, and the canonical GPU weight layouts.

/** Hyper-parameters of a decoder-only transformer (GQA, RMSNorm, gated MLP, RoPE). What families differ in is a property here. */
export interface ModelConfig {
  readonly name: string;
  readonly numLayers: number;
  readonly hiddenSize: number;
  /** Of the widest MLP. */
  readonly intermediateSize: number;
  /** `[numLayers]`: of each layer's MLP; all are as wide as `intermediateSize` when absent. */
  readonly intermediateSizes?: readonly number[] | undefined;
  readonly numHeads: number;
  readonly numKvHeads: number;
  /** In layers that see everything; no other is larger. */
  readonly headDim: number;
  readonly vocabSize: number;
  /** Pretraining window in tokens; no position ever reaches it. */
  readonly contextLength: number;
  readonly ropeTheta: number;
  /** What positions are divided by before they become angles (linear scaling); 1 for none. Not in sliding layers. */
  readonly ropeScalingFactor: number;
  /** Elements of a head that rotate, from the first on; the others stay as they are. */
  readonly rotaryDim: number;
  /** What a head grows by as it rotates, of queries and keys alike: the attention factor of YaRN and LongRoPE; 1 for none. Not in sliding layers. */
  readonly ropeMagnitude: number;
  /** `[rotaryDim / 2]`: what the frequency of each pair is divided by; none when absent. */
  readonly ropeFrequencyDivisors?: readonly number[] | undefined;
  /**
   * Which elements rotate together: `adjacent` pairs (2i, 2i+1), `half` pairs (i, i + rotaryDim/2).
   * GGUF files of architecture `llama` store Q and K rows permuted for `adjacent`.
   */
  readonly ropePairing: 'adjacent' | 'half';
  /** `[numLayers]`: layers that know no positions and rotate nothing; none when absent. */
  readonly unrotatedLayers?: readonly boolean[] | undefined;
  /** Of the hidden state as it is kept: where a model scales what it adds to it, the state is divided by that, and so is this twice. */
  readonly rmsNormEps: number;
  /** Query, key and value projections have biases. */
  readonly qkvBias: boolean;
  /**
   * Query and key heads are normalised before they rotate, by weights that differ between queries and keys: `each-head` by itself, all with
   * the same weights; `all-heads` of a token together.
   */
  readonly qkNorm: false | 'each-head' | 'all-heads';
  /** Value heads are normalised each by itself, without weights; not when absent. */
  readonly valueNorm?: boolean | undefined;
  /** What goes into attention and MLP is normalised; else the hidden state goes in as it is. */
  readonly preNorms: boolean;
  /** What attention and MLP give is normalised before it is added to the hidden state. */
  readonly postNorms: boolean;
  /** What the gate of the MLP goes through; `gelu-tanh` is GELU by its approximation with tanh. */
  readonly activation: 'silu' | 'gelu-tanh';
  /** What token embeddings are multiplied by. */
  readonly embeddingScale: number;
  /** What logits are multiplied by. */
  readonly logitScale: number;
  /** Logits come to `logitCap` tanh(logit / `logitCap`); as they are when absent. */
  readonly logitCap?: number | undefined;
  /** What products of queries and keys are multiplied by before softmax. */
  readonly attentionScale: number;
  /** Layers that look back less far than others; none when absent. */
  readonly sliding?: SlidingLayers | undefined;
  /**
   * Layers from this one on have no keys and values, but attend to those of the last layer below it that slides as they do, or sees
   * everything as they do; all have their own when absent.
   */
  readonly sharedFrom?: number | undefined;
  /** What each token brings to each layer, beside its embedding; nothing when absent. */
  readonly layerInputs?: LayerInputs | undefined;
  /** `[numLayers]`: what the hidden state is multiplied by behind each layer; nothing when absent. */
  readonly layerScales?: readonly number[] | undefined;
  /** Layers that mix neighbouring tokens where others attend; none when absent. */
  readonly convolution?: ConvolutionLayers | undefined;
  /** Layers that keep a state of fixed size where others attend; none when absent. */
  readonly delta?: DeltaLayers | undefined;
  /** What attention gives is gated, element by element, by the sigmoid of a projection of its own; not when absent. */
  readonly attentionGate?: boolean | undefined;
  /** The LM head is the token embedding. */
  readonly tiedEmbeddings: boolean;
}

/** Layers in which a token looks at itself and the `window` - 1 tokens before it, and which rotate by a base of their own, unscaled. */
export interface SlidingLayers {
  readonly window: number;
  readonly ropeTheta: number;
  /** Of their heads, all of which rotates; as in the others when absent. */
  readonly headDim?: number | undefined;
  /** `[numLayers]` */
  readonly isSliding: readonly boolean[];
}

/** Layers in which a gated short convolution stands in the place of attention: they have no heads, keys or values. */
export interface ConvolutionLayers {
  /** Tokens that one sees, itself included; at least 2. */
  readonly length: number;
  /** `[numLayers]` */
  readonly isConvolution: readonly boolean[];
}

/**
 * Layers in which the gated delta rule (arXiv 2412.06464) stands in the place of attention: a matrix a value head, from which keys read
 * and to which they write, behind a convolution of queries, keys and values.
 */
export interface DeltaLayers {
  /** Of queries and of keys; value head h goes with key head h % numKeyHeads. */
  readonly numKeyHeads: number;
  /** A multiple of `numKeyHeads`. */
  readonly numValueHeads: number;
  /** Of queries, keys and values alike. */
  readonly headDim: number;
  /** Tokens that the convolution sees, the one itself included; at least 2. */
  readonly length: number;
  /** `[numLayers]` */
  readonly isDelta: readonly boolean[];
}

/**
 * What each token brings to each layer: half of it a row of a table `[vocabSize, numLayers size]`, which stays outside the GPU, half of it
 * a projection of its embedding. It is gated by the hidden state, projected, and added to that behind the MLP.
 */
export interface LayerInputs {
  /** Of one layer's. */
  readonly size: number;
}

/**
 * Per-layer tensors, `[rows, cols]` each: norms are `[1, hiddenSize]`, those of query and key heads `[1, headDim]` or,
 * where all are normalised together, `[1, outputs]`; biases `[outputs, 1]`. A convolution is `[hiddenSize, length]`, its input
 * `[3 hiddenSize, hiddenSize]`: input gate, output gate, input. Of a delta layer the channels are query, key and value heads, which
 * the convolution `[channels, length]` sees; decay (negative, of the logarithm a step) and time bias are `[numValueHeads, 1]`.
 * Where attention is gated, the rows of query heads and those of their gates come by turns, each as a tensor of that role.
 * Layer inputs have a gate `[size, hiddenSize]` and a projection `[hiddenSize, size]`.
 */
export type LayerTensorRole =
  | 'attentionNorm'
  | 'query'
  | 'key'
  | 'value'
  | 'queryBias'
  | 'keyBias'
  | 'valueBias'
  | 'queryNorm'
  | 'keyNorm'
  | 'attentionGate'
  | 'attentionOutput'
  | 'convolutionInput'
  | 'convolution'
  | 'convolutionOutput'
  | 'deltaChannels'
  | 'deltaGate'
  | 'deltaBeta'
  | 'deltaAlpha'
  | 'deltaConvolution'
  | 'deltaDecay'
  | 'deltaTimeBias'
  | 'deltaNorm'
  | 'deltaOutput'
  | 'postAttentionNorm'
  | 'mlpNorm'
  | 'gate'
  | 'up'
  | 'down'
  | 'postMlpNorm'
  | 'inputGate'
  | 'inputProjection'
  | 'postInputNorm';

/**
 * Tensors outside the layers. `lmHead` is absent when embeddings are tied. `layerInputs` `[numLayers size, hiddenSize]` projects embeddings
 * to what layers get, of which `layerInputsNorm` `[1, size]` normalises each layer's part.
 */
export type ModelTensorRole = 'tokenEmbedding' | 'outputNorm' | 'lmHead' | 'layerInputs' | 'layerInputsNorm';

/** Names one tensor of a model in the engine's terms. */
export type TensorId =
  { readonly role: ModelTensorRole } | { readonly role: LayerTensorRole; readonly layer: number };

/**
 * Canonical GPU layouts of a weight matrix `[rows, cols]`, row-major, `cols` a multiple of `groupSize`.
 * - `f32`: quants = one word a value (the f32's bits); no scales.
 * - `f16`: quants = two values a word, the lower column in the low half; no scales.
 * - `int8`: quants = four signed bytes a word, lowest column in the lowest byte; scales = one f32 (as bits) a group:
 *   w = scale * q.
 * - `int8-min`: quants as in `int8`; scales as in `int4`: w = scale * q + minimum.
 * - `int4`: quants = eight nibbles a word, lowest column in the lowest nibble; scales = one word a group,
 *   f16 scale in the low half and f16 minimum in the high half: w = scale * q + minimum.
 */
export type WeightFormat = 'f32' | 'f16' | 'int8' | 'int8-min' | 'int4';

/** What weights are computed with: as the model's file has them, or quantised while they load. */
export const weightKinds = ['file', 'int8', 'int4'] as const;
export type WeightKind = (typeof weightKinds)[number];

export interface WeightLayout {
  readonly format: WeightFormat;
  readonly rows: number;
  readonly cols: number;
  /** Columns that share a scale: 32, or 16 for sources with finer groups. 1 for f32 and f16. */
  readonly groupSize: number;
}

/** A run of whole rows in a canonical layout, ready for upload. */
export interface WeightRows {
  readonly firstRow: number;
  readonly numRows: number;
  /** `[numRows, quantWordsPerRow]` */
  readonly quants: Uint32Array<ArrayBuffer>;
  /** `[numRows, cols / groupSize]`, empty for f32 and f16. */
  readonly scales: Uint32Array<ArrayBuffer>;
}

const valuesPerWord: Readonly<Record<WeightFormat, number>> = {
  f32: 1,
  f16: 2,
  int8: 4,
  'int8-min': 4,
  int4: 8,
};

/** 32-bit words of `quants` per row. */
export function quantWordsPerRow(layout: WeightLayout): number {
  return layout.cols / valuesPerWord[layout.format];
}

/** 32-bit words of `scales` per row; 0 for f32 and f16. */
export function scaleWordsPerRow(layout: WeightLayout): number {
  return layout.format === 'f32' || layout.format === 'f16' ? 0 : layout.cols / layout.groupSize;
}

/** Bytes of a whole matrix in its canonical layout. */
export function weightBytes(layout: WeightLayout): number {
  return 4 * layout.rows * (quantWordsPerRow(layout) + scaleWordsPerRow(layout));
}
