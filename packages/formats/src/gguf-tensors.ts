// GGUF tensor names -> TensorIds, and the proof that every tensor is there once, in shape, readable and inside the file.
// A tensor we do not know is refused: leaving it out would give wrong output.
import { ModelFormatError, type LayerTensorRole, type ModelConfig, type TensorId } from '@longread/core';
import type { ModelFamily } from './families.ts';
import { ggmlTypeName, typeRemedy } from './ggml-types.ts';
import type { GgufHeader, GgufTensorInfo } from './gguf-header.ts';
import { optionalInteger } from './gguf-keys.ts';
import { storedRowBytes, type StoredTensor } from './repack/read-rows.ts';
import { matrixTypes, normTypes } from './repack/source-types.ts';

/** A validated tensor: its role, canonical layout and place in the file. */
export interface PlacedTensor extends StoredTensor {
  readonly id: TensorId;
}

interface Shape {
  readonly name: string;
  readonly rows: number;
  readonly cols: number;
  /** One dimension in the file: a norm is a row, a bias a column. The engine has them in f32. */
  readonly isVector: boolean;
}

interface Expected extends Shape {
  readonly id: TensorId;
}

function expectedTensors(config: ModelConfig): Expected[] {
  const { hiddenSize, intermediateSize, vocabSize, headDim } = config;
  const queryRows = config.numHeads * headDim;
  const kvRows = config.numKvHeads * headDim;
  type Row = readonly [role: LayerTensorRole, name: string, rows: number, cols: number];
  const headNorms: readonly Row[] = [
    ['queryNorm', 'attn_q_norm.weight', 1, headDim],
    ['keyNorm', 'attn_k_norm.weight', 1, headDim],
  ];
  const biases: readonly Row[] = [
    ['queryBias', 'attn_q.bias', queryRows, 1],
    ['keyBias', 'attn_k.bias', kvRows, 1],
    ['valueBias', 'attn_v.bias', kvRows, 1],
  ];
  const ifPost = (row: Row): readonly Row[] => (config.postNorms ? [row] : []);
  const perLayer: readonly Row[] = [
    ['attentionNorm', 'attn_norm.weight', 1, hiddenSize],
    ['query', 'attn_q.weight', queryRows, hiddenSize],
    ['key', 'attn_k.weight', kvRows, hiddenSize],
    ['value', 'attn_v.weight', kvRows, hiddenSize],
    ...(config.qkvBias ? biases : []),
    ...(config.qkNorm ? headNorms : []),
    ['attentionOutput', 'attn_output.weight', hiddenSize, queryRows],
    ...ifPost(['postAttentionNorm', 'post_attention_norm.weight', 1, hiddenSize]),
    ['mlpNorm', 'ffn_norm.weight', 1, hiddenSize],
    ['gate', 'ffn_gate.weight', intermediateSize, hiddenSize],
    ['up', 'ffn_up.weight', intermediateSize, hiddenSize],
    ['down', 'ffn_down.weight', hiddenSize, intermediateSize],
    ...ifPost(['postMlpNorm', 'post_ffw_norm.weight', 1, hiddenSize]),
  ];
  const head: Expected = {
    id: { role: 'lmHead' },
    name: 'output.weight',
    rows: vocabSize,
    cols: hiddenSize,
    isVector: false,
  };
  return [
    {
      id: { role: 'tokenEmbedding' },
      name: 'token_embd.weight',
      rows: vocabSize,
      cols: hiddenSize,
      isVector: false,
    },
    ...Array.from({ length: config.numLayers }, (_, layer) =>
      perLayer.map(([role, name, rows, cols]): Expected => {
        return {
          id: { role, layer },
          name: `blk.${layer}.${name}`,
          rows,
          cols,
          isVector: /(norm\.weight|bias)$/.test(name),
        };
      }),
    ).flat(),
    { id: { role: 'outputNorm' }, name: 'output_norm.weight', rows: 1, cols: hiddenSize, isVector: true },
    ...(config.tiedEmbeddings ? [] : [head]),
  ];
}

/** Where the tensors of a file are. */
export interface PlacedTensors {
  /** Those the engine needs, in the order data flows. */
  readonly weights: readonly PlacedTensor[];
  /** `[headDim / 2]` divisors of the rotary frequencies, if there are any: a part of the configuration. */
  readonly frequencyDivisors: StoredTensor | undefined;
}

const divisorsName = 'rope_freqs.weight';

/** Places every tensor of the file. Throws ModelFormatError naming the tensor. */
export function placeTensors(
  header: GgufHeader,
  family: ModelFamily,
  config: ModelConfig,
  fileSize: number,
): PlacedTensors {
  if (header.tensors.length === 0)
    throw new ModelFormatError(
      'The file holds no tensors: it is a vocabulary or another part of a model. Choose the file with the weights.',
      { tensors: 0 },
    );
  const infos = new Map<string, GgufTensorInfo>();
  for (const info of header.tensors) {
    if (infos.has(info.name)) throw tensorError(info.name, 'is there twice');
    infos.set(info.name, info);
  }
  const dataStart = readDataStart(header);
  const place = (info: GgufTensorInfo, expected: Shape): StoredTensor => {
    infos.delete(expected.name);
    return placeTensor(info, expected, dataStart, fileSize);
  };
  const weights = expectedTensors(config).map((expected) => {
    const info = infos.get(expected.name);
    if (info === undefined) throw tensorError(expected.name, 'is missing');
    return { id: expected.id, ...place(info, expected) };
  });
  const info = family.mayDivideFrequencies ? infos.get(divisorsName) : undefined;
  const divisors = { name: divisorsName, rows: 1, cols: config.headDim / 2, isVector: true };
  const frequencyDivisors = info && place(info, divisors);
  for (const name of infos.keys())
    throw tensorError(
      name,
      `is not part of a ${family.architecture} model: leaving it out would give wrong output`,
    );
  refuseOverlap(frequencyDivisors ? [...weights, frequencyDivisors] : weights);
  return { weights, frequencyDivisors };
}

interface DataStart {
  readonly offset: number;
  readonly alignment: number;
}

function readDataStart(header: GgufHeader): DataStart {
  const key = 'general.alignment';
  const alignment = optionalInteger(header.entries, key, { min: 1, max: 2 ** 20 }) ?? 32;
  if ((alignment & (alignment - 1)) !== 0) {
    throw new ModelFormatError(`Metadata key "${key}" is ${alignment}: expected a power of two.`, {
      key,
      value: alignment,
    });
  }
  return { offset: Math.ceil(header.sizeBytes / alignment) * alignment, alignment };
}

function placeTensor(
  info: GgufTensorInfo,
  expected: Shape,
  start: DataStart,
  fileSize: number,
): StoredTensor {
  const { name, rows, cols } = expected;
  const types = expected.isVector ? normTypes : matrixTypes;
  const type = types.get(info.dtype);
  if (type === undefined) {
    const found = ggmlTypeName(info.dtype);
    throw tensorError(name, `has the unsupported type ${found}: ${typeRemedy(types)}`, { type: found });
  }
  const shape = info.shape.map(String);
  const wanted = expected.isVector ? [String(rows * cols)] : [String(cols), String(rows)];
  while (shape.length > wanted.length && shape.at(-1) === '1') shape.pop();
  if (shape.join() !== wanted.join()) {
    throw tensorError(
      name,
      `has the shape [${shape.join(', ')}], the configuration asks for [${wanted.join(', ')}]`,
    );
  }
  const multiple = Math.max(type.blockSize, type.format === 'f16' ? 2 : 1);
  if (cols % multiple !== 0) {
    throw tensorError(name, `has ${cols} columns, type ${type.name} needs a multiple of ${multiple}`);
  }
  const length = rows * storedRowBytes(type, cols);
  const details = { offset: String(info.offset), length, sizeBytes: fileSize };
  if (info.offset % BigInt(start.alignment) !== 0n) {
    throw tensorError(
      name,
      `lies at offset ${info.offset}, which is not a multiple of ${start.alignment}`,
      details,
    );
  }
  if (info.offset + BigInt(start.offset + length) > BigInt(fileSize)) {
    const place = `at offset ${info.offset} after byte ${start.offset}`;
    throw tensorError(
      name,
      `takes ${length} bytes ${place}, but the file has ${fileSize}: it is truncated or damaged`,
      details,
    );
  }
  const layout = { format: type.format, rows, cols, groupSize: type.groupSize };
  return { name, layout, type, offset: start.offset + Number(info.offset) };
}

function refuseOverlap(placed: readonly StoredTensor[]): void {
  const sorted = placed.toSorted((a, b) => a.offset - b.offset);
  let end = 0;
  for (const { name, offset, layout, type } of sorted) {
    if (offset < end) throw tensorError(name, `overlaps another tensor at byte ${offset}`, { offset });
    end = offset + layout.rows * storedRowBytes(type, layout.cols);
  }
}

function tensorError(
  name: string,
  what: string,
  details: Readonly<Record<string, string | number>> = {},
): ModelFormatError {
  const tensor = name.slice(0, 80);
  return new ModelFormatError(`Tensor "${tensor}" ${what}.`, { tensor, ...details });
}
