// A seeded random llama model in GGUF with a small byte-level tokenizer, so that whole-engine tests run in milliseconds.
import { Random } from '@longread/core';
import { byteChars } from '../byte-level.ts';
import { halves, highHalves, randomBlocks } from './random-blocks.ts';
import {
  writeGguf,
  type GgmlTypeName,
  type GgufSource,
  type MetadataValue,
  type TensorSource,
} from './write-gguf.ts';

export interface TinyLlamaOptions {
  readonly numLayers: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly numHeads: number;
  readonly numKvHeads: number;
  readonly headDim: number;
  readonly contextLength: number;
  /** Type of the matrices; Q2_K to Q6_K and IQ4_XS need sizes that are multiples of 256. */
  readonly weightType: GgmlTypeName;
  readonly embeddingType: GgmlTypeName;
  readonly normType: 'F32' | 'F16' | 'BF16';
  readonly tiedEmbeddings: boolean;
  /** Types of single matrices, by name, where they are others than the rest's. */
  readonly tensorTypes: Readonly<Record<string, GgmlTypeName>>;
  /** Tokens that no text becomes, behind the tokenizer's own. */
  readonly numExtraTokens: number;
  /** Added to the metadata, or replacing it; undefined takes a key out. */
  readonly metadata: Readonly<Record<string, MetadataValue | undefined>>;
}

const defaults: TinyLlamaOptions = {
  numLayers: 4,
  hiddenSize: 64,
  intermediateSize: 128,
  numHeads: 4,
  numKvHeads: 2,
  headDim: 16,
  contextLength: 512,
  weightType: 'F32',
  embeddingType: 'F32',
  normType: 'F32',
  tiedEmbeddings: true,
  tensorTypes: {},
  numExtraTokens: 0,
  metadata: {},
};

const specials = ['<|endoftext|>', '<|im_start|>', '<|im_end|>'];
// Some cross what pre-tokenizers part (runs of spaces, line feeds and digits), so that a wrong cut shows in the ids.
const merges = 't h|th e|Ġ the|Ġ a|i n|e r|n d|Ġa nd|in g|Ġ Ġ|Ċ Ċ|Ġ Ċ|1 2|12 3|o n'.split('|');
const chatTemplate =
  "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}" +
  "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

/** The tiny tokenizer's vocabulary: three specials, 256 bytes, one token a merge. */
const tinyTokens = [...specials, ...byteChars, ...merges.map((merge) => merge.replace(' ', ''))];

const tokensOf = ({ numExtraTokens }: TinyLlamaOptions): readonly string[] => [
  ...tinyTokens,
  ...Array.from({ length: numExtraTokens }, (_, i) => `<extra ${i}>`),
];

/** The bytes of a tiny model file: the same for the same seed and options. */
export function tinyLlama(seed: number, options: Partial<TinyLlamaOptions> = {}): Uint8Array<ArrayBuffer> {
  return writeGguf(tinyLlamaSource(seed, options));
}

/** What {@link tinyLlama} writes, for tests that change it first. */
export function tinyLlamaSource(seed: number, options: Partial<TinyLlamaOptions> = {}): GgufSource {
  const all = { ...defaults, ...options };
  const wanted: Record<string, MetadataValue | undefined> = { ...tinyMetadata(all), ...all.metadata };
  const entries = Object.entries(wanted).filter(
    (entry): entry is [string, MetadataValue] => entry[1] !== undefined,
  );
  return { metadata: Object.fromEntries(entries), tensors: tinyTensors(new Random(seed), all) };
}

function tinyMetadata(options: TinyLlamaOptions): Record<string, MetadataValue> {
  const tokens = tokensOf(options);
  return {
    'general.architecture': 'llama',
    'general.name': 'Tiny',
    'llama.block_count': options.numLayers,
    'llama.context_length': options.contextLength,
    'llama.embedding_length': options.hiddenSize,
    'llama.feed_forward_length': options.intermediateSize,
    'llama.attention.head_count': options.numHeads,
    'llama.attention.head_count_kv': options.numKvHeads,
    'llama.attention.key_length': options.headDim,
    'llama.attention.layer_norm_rms_epsilon': { type: 'f32', value: 1e-5 },
    'llama.rope.freq_base': { type: 'f32', value: 10_000 },
    'tokenizer.ggml.model': 'gpt2',
    'tokenizer.ggml.pre': 'smollm',
    'tokenizer.ggml.tokens': tokens,
    'tokenizer.ggml.token_type': tokens.map((_, id) => (id < specials.length ? 3 : 1)),
    'tokenizer.ggml.merges': merges,
    'tokenizer.ggml.bos_token_id': 1,
    'tokenizer.ggml.eos_token_id': 2,
    'tokenizer.ggml.add_bos_token': false,
    'tokenizer.chat_template': chatTemplate,
  };
}

function tinyTensors(random: Random, options: TinyLlamaOptions): TensorSource[] {
  const { hiddenSize, intermediateSize, headDim, weightType, embeddingType } = options;
  const numTokens = tokensOf(options).length;
  const matrix = (name: string, rows: number, cols: number, usual = weightType): TensorSource => {
    const type = options.tensorTypes[name] ?? usual;
    return {
      name,
      shape: [cols, rows],
      type,
      data: randomBlocks(type, rows * cols, random, Math.sqrt(3 / cols)),
    };
  };
  const norm = (name: string): TensorSource => {
    const data = randomBlocks('F32', hiddenSize, random, 0.25);
    const values = new Float32Array(data.buffer).map((value) => 1 + value);
    const type = options.normType;
    return {
      name,
      shape: [hiddenSize],
      type,
      data: {
        F32: () => new Uint8Array(values.buffer),
        F16: () => halves(values),
        BF16: () => highHalves(values),
      }[type](),
    };
  };
  const layers = Array.from({ length: options.numLayers }, (_, layer) => {
    const name = (part: string): string => `blk.${layer}.${part}.weight`;
    return [
      norm(name('attn_norm')),
      matrix(name('attn_q'), options.numHeads * headDim, hiddenSize),
      matrix(name('attn_k'), options.numKvHeads * headDim, hiddenSize),
      matrix(name('attn_v'), options.numKvHeads * headDim, hiddenSize),
      matrix(name('attn_output'), hiddenSize, options.numHeads * headDim),
      norm(name('ffn_norm')),
      matrix(name('ffn_gate'), intermediateSize, hiddenSize),
      matrix(name('ffn_up'), intermediateSize, hiddenSize),
      matrix(name('ffn_down'), hiddenSize, intermediateSize),
    ];
  });
  const head = options.tiedEmbeddings ? [] : [matrix('output.weight', numTokens, hiddenSize, embeddingType)];
  const embedding = matrix('token_embd.weight', numTokens, hiddenSize, embeddingType);
  return [embedding, ...layers.flat(), norm('output_norm.weight'), ...head];
}
