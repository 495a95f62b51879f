// Names of tensors in transformers -> TensorIds, and the proof that every tensor is there once, in shape, and of a type that is read. A
// tensor that we do not know is refused: leaving it out would give wrong output.
import { invariant, type ModelConfig, type TensorId } from '@longread/core';
import type { ByteSource } from '../byte-source.ts';
import { tensorError } from '../gguf-data.ts';
import { expectedTensors, type Shape } from '../expected-tensors.ts';
import { partsOf } from '../gguf-tensors.ts';
import type { StoredTensor } from '../repack/read-rows.ts';
import { matrixTypes, normTypes, type SourceType } from '../repack/source-types.ts';
import type { TensorEntry } from './header.ts';
import type { ModelType } from './model-types.ts';

/** A tensor where it lies. */
export interface FoundTensor extends TensorEntry {
  readonly file: string;
  readonly source: ByteSource;
}

export interface PlacedTensor extends StoredTensor {
  readonly id: TensorId;
  readonly source: ByteSource;
}

export const headName = 'lm_head.weight';

const outside: Readonly<Record<string, string>> = {
  tokenEmbedding: 'model.embed_tokens.weight',
  outputNorm: 'model.norm.weight',
  lmHead: headName,
};

const inLayer: Readonly<Record<string, string>> = {
  attentionNorm: 'input_layernorm.weight',
  query: 'self_attn.q_proj.weight',
  key: 'self_attn.k_proj.weight',
  value: 'self_attn.v_proj.weight',
  queryBias: 'self_attn.q_proj.bias',
  keyBias: 'self_attn.k_proj.bias',
  valueBias: 'self_attn.v_proj.bias',
  queryNorm: 'self_attn.q_norm.weight',
  keyNorm: 'self_attn.k_norm.weight',
  attentionOutput: 'self_attn.o_proj.weight',
  mlpNorm: 'post_attention_layernorm.weight',
  gate: 'mlp.gate_proj.weight',
  up: 'mlp.up_proj.weight',
  down: 'mlp.down_proj.weight',
};

function nameOf(id: TensorId, type: ModelType): string {
  const name = type.names[id.role] ?? ('layer' in id ? inLayer : outside)[id.role];
  invariant(name !== undefined, `${id.role} has no name in safetensors`);
  return 'layer' in id ? `model.layers.${id.layer}.${name}` : name;
}

/** Frequencies that older files keep and transformers computes anew from the configuration. */
const isComputed = (name: string): boolean =>
  /^model\.layers\.\d+\.self_attn\.rotary_emb\.inv_freq$/.test(name);

/** By the name of the type in safetensors: its number in ggml, whose loops repack it, and its bytes. */
const dtypes: ReadonlyMap<string, readonly [ggml: number, sizeBytes: number]> = new Map([
  ['F32', [0, 4]],
  ['F16', [1, 2]],
  ['BF16', [30, 2]],
]);

/** Places every tensor, in the order data flows. Throws ModelFormatError naming the tensor. */
export function placeTensors(
  found: ReadonlyMap<string, FoundTensor>,
  type: ModelType,
  config: ModelConfig,
): readonly PlacedTensor[] {
  const left = new Set([...found.keys()].filter((name) => !isComputed(name)));
  const placed = expectedTensors(config, type.family).flatMap(({ parts, ...shape }) => {
    const [part] = parts;
    invariant(part !== undefined, `${shape.name} is something`);
    const name = nameOf(part.id, type);
    const tensor = found.get(name);
    if (tensor === undefined) throw tensorError(name, 'is missing');
    left.delete(name);
    const whole = placeTensor(tensor, part.id, shape, type);
    return partsOf(whole, parts).map(({ id, stored }) => ({ ...stored, id, source: whole.source }));
  });
  for (const name of left)
    throw tensorError(name, `is not part of a ${type.architecture}: leaving it out would give wrong output`);
  return placed;
}

function placeTensor(
  tensor: FoundTensor,
  id: TensorId,
  { rows, cols, isVector }: Shape,
  modelType: ModelType,
): PlacedTensor {
  const { name, dtype, shape, offset, sizeBytes, source, file } = tensor;
  const [number, valueBytes] = dtypes.get(dtype) ?? [-1, 0];
  const type = (isVector ? normTypes : matrixTypes).get(number);
  if (type === undefined) {
    const known = [...dtypes.keys()].join(', ');
    throw tensorError(name, `has the unsupported type ${dtype.slice(0, 80)}: choose a model in ${known}`, {
      type: dtype.slice(0, 80),
    });
  }
  const isLine = isVector && (rows === 1 || cols === 1);
  // Of a convolution over each channel by itself a file has the one channel that it sees.
  const wanted = isLine ? [rows * cols] : isVector ? [rows, 1, cols] : [rows, cols];
  if (shape.join() !== wanted.join())
    throw tensorError(
      name,
      `has the shape [${shape.join(', ')}], the configuration asks for [${wanted.join(', ')}]`,
    );
  if (sizeBytes !== rows * cols * valueBytes)
    throw tensorError(
      name,
      `takes ${sizeBytes} bytes in ${file}, its shape in ${dtype} takes ${rows * cols * valueBytes}: the file is damaged`,
    );
  if (type.format === 'f16' && cols % 2 !== 0)
    throw tensorError(name, `has ${cols} columns, type ${dtype} needs a multiple of 2`);
  const addsOne = modelType.normsAddOne && id.role.endsWith('Norm');
  const layout = { format: type.format, rows, cols, groupSize: type.groupSize };
  return { id, name, layout, type: addsOne ? plusOne(type) : type, offset, source };
}

/** Of norms that multiply by 1 + what is stored: what they multiply by. */
function plusOne(type: SourceType): SourceType {
  return {
    ...type,
    repack: (blocks, quants, scales) => {
      const bad = type.repack(blocks, quants, scales);
      const values = new Float32Array(quants.buffer, quants.byteOffset, quants.length);
      for (const [i, value] of values.entries()) values[i] = 1 + value;
      return bad;
    },
  };
}
