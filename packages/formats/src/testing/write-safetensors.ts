// Writes models in safetensors for tests, as files of a hub repository. Never used by the product.
// Source: https://github.com/huggingface/safetensors (README.md, "Format")
import { encodeUtf8 } from '../utf8.ts';
import { tinyLlamaSource, type TinyLlamaOptions } from './tiny-llama.ts';
import type { GgufSource } from './write-gguf.ts';

export interface HubTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/** Files by name. */
export type HubFiles = Readonly<Record<string, Uint8Array<ArrayBuffer>>>;

const joined = (parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
};

/** A file whose header is this text, whatever it says. */
export function withHeader(header: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = encodeUtf8(header);
  return joined([new Uint8Array(BigUint64Array.of(BigInt(text.length)).buffer), text, data]);
}

/** The header's entries of tensors one behind the other. */
export function headerOf(tensors: readonly HubTensor[]): Record<string, unknown> {
  let end = 0;
  const entries = tensors.map(({ name, dtype, shape, data }): readonly [string, unknown] => {
    const start = end;
    end += data.length;
    return [name, { dtype, shape, data_offsets: [start, end] }];
  });
  return { __metadata__: { format: 'pt' }, ...Object.fromEntries(entries) };
}

/** The bytes of a file; the header ends on a multiple of eight, as the library writes it. */
export function writeSafetensors(tensors: readonly HubTensor[]): Uint8Array<ArrayBuffer> {
  const header = JSON.stringify(headerOf(tensors));
  return withHeader(header.padEnd(Math.ceil(header.length / 8) * 8), joined(tensors.map(({ data }) => data)));
}

const layerNames: Readonly<Record<string, string>> = {
  attn_norm: 'input_layernorm',
  attn_q: 'self_attn.q_proj',
  attn_k: 'self_attn.k_proj',
  attn_v: 'self_attn.v_proj',
  attn_output: 'self_attn.o_proj',
  ffn_norm: 'post_attention_layernorm',
  ffn_gate: 'mlp.gate_proj',
  ffn_up: 'mlp.up_proj',
  ffn_down: 'mlp.down_proj',
};

function hubName(name: string): string {
  const [, layer = '', part = ''] = /^blk\.(\d+)\.(\w+)\.weight$/.exec(name) ?? [];
  if (part !== '') return `model.layers.${layer}.${layerNames[part] ?? part}.weight`;
  if (name === 'token_embd.weight') return 'model.embed_tokens.weight';
  return name === 'output_norm.weight' ? 'model.norm.weight' : 'lm_head.weight';
}

/** The tensors of a tiny llama in F32, F16 or BF16 under their names here. */
export function hubTensors({ tensors }: Pick<GgufSource, 'tensors'>): readonly HubTensor[] {
  return tensors.map(({ name, shape, type, data }) => ({
    name: hubName(name),
    dtype: type,
    shape: shape.toReversed(),
    data,
  }));
}

const jsonFile = (value: unknown): Uint8Array<ArrayBuffer> => encodeUtf8(JSON.stringify(value));

/** config.json and the tokenizer's files of a tiny llama. */
export function hubSides({ metadata }: Pick<GgufSource, 'metadata'>): {
  readonly config: Readonly<Record<string, unknown>>;
  readonly tokenizer: Readonly<Record<string, unknown>>;
  readonly tokenizerConfig: Readonly<Record<string, unknown>>;
} {
  const number = (key: string): unknown => metadata[`llama.${key}`];
  const tokens = metadata['tokenizer.ggml.tokens'] as readonly string[];
  const types = metadata['tokenizer.ggml.token_type'] as readonly number[];
  const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]));
  const added = tokens.flatMap((content, id) => (types[id] === 3 ? [{ id, content, special: true }] : []));
  return {
    config: {
      architectures: ['LlamaForCausalLM'],
      model_type: 'llama',
      _name_or_path: metadata['general.name'],
      num_hidden_layers: number('block_count'),
      max_position_embeddings: number('context_length'),
      hidden_size: number('embedding_length'),
      intermediate_size: number('feed_forward_length'),
      num_attention_heads: number('attention.head_count'),
      num_key_value_heads: number('attention.head_count_kv'),
      head_dim: number('attention.key_length'),
      rms_norm_eps: 1e-5,
      rope_theta: 10_000,
      vocab_size: tokens.length,
      tie_word_embeddings: true,
      hidden_act: 'silu',
    },
    tokenizer: {
      version: '1.0',
      added_tokens: added,
      normalizer: null,
      pre_tokenizer: {
        type: 'Sequence',
        pretokenizers: [
          { type: 'Digits', individual_digits: true },
          { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
        ],
      },
      model: { type: 'BPE', vocab, merges: metadata['tokenizer.ggml.merges'] },
    },
    tokenizerConfig: {
      bos_token: tokens[1],
      eos_token: tokens[2],
      chat_template: metadata['tokenizer.chat_template'],
    },
  };
}

/** The same tiny model as `tinyLlama` writes, its rows in the same order, as the files of a repository. */
export function tinyHub(seed: number, options: Partial<TinyLlamaOptions> = {}, numShards = 1): HubFiles {
  const source = tinyLlamaSource(seed, options);
  const tensors = hubTensors(source);
  const { config, tokenizer, tokenizerConfig } = hubSides(source);
  const tiedConfig = { ...config, tie_word_embeddings: options.tiedEmbeddings ?? true };
  const sides = {
    'config.json': jsonFile(tiedConfig),
    'tokenizer.json': jsonFile(tokenizer),
    'tokenizer_config.json': jsonFile(tokenizerConfig),
  };
  if (numShards === 1) return { ...sides, 'model.safetensors': writeSafetensors(tensors) };
  const nameOf = (shard: number): string =>
    `model-${String(shard + 1).padStart(5, '0')}-of-${String(numShards).padStart(5, '0')}.safetensors`;
  const perShard = Math.ceil(tensors.length / numShards);
  const weightMap = Object.fromEntries(
    tensors.map(({ name }, i) => [name, nameOf(Math.floor(i / perShard))]),
  );
  const shards = Array.from({ length: numShards }, (_, i) => [
    nameOf(i),
    writeSafetensors(tensors.slice(i * perShard, (i + 1) * perShard)),
  ]);
  return {
    ...sides,
    'model.safetensors.index.json': jsonFile({ metadata: { total_size: 0 }, weight_map: weightMap }),
    ...(Object.fromEntries(shards) as HubFiles),
  };
}
