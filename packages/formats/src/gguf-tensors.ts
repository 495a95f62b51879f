// GGUF tensor names -> TensorIds, and the proof that every tensor is there once, in shape, readable and inside the file.
// A tensor we do not know is refused: leaving it out would give wrong output.
import { ModelFormatError, type LayerTensorRole, type ModelConfig, type TensorId } from '@longread/core';
import type { ModelFamily } from './families.ts';
import { readDataStart, tensorError, typeOfTensor, type DataStart, type GgufPart } from './gguf-data.ts';
import type { GgufTensorInfo } from './gguf-header.ts';
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

export interface Expected extends Shape {
  readonly id: TensorId;
}

export function expectedTensors(config: ModelConfig): Expected[] {
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
  parts: readonly GgufPart[],
  family: ModelFamily,
  config: ModelConfig,
): PlacedTensors {
  const infos = tensorsOf(parts);
  if (infos.size === 0)
    throw new ModelFormatError(
      'The file holds no tensors: it is a vocabulary or another part of a model. Choose the file with the weights.',
      { tensors: 0 },
    );
  const place = (found: Found, expected: Shape): StoredTensor => {
    infos.delete(expected.name);
    return placeTensor(found, expected);
  };
  const weights = expectedTensors(config).map((expected) => {
    const found = infos.get(expected.name);
    if (found === undefined) throw tensorError(expected.name, 'is missing');
    return { id: expected.id, ...place(found, expected) };
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

interface Found {
  readonly info: GgufTensorInfo;
  readonly data: DataStart;
  /** The first byte behind its file. */
  readonly end: number;
}

function tensorsOf(parts: readonly GgufPart[]): Map<string, Found> {
  const found = new Map<string, Found>();
  for (const part of parts) {
    const data = readDataStart(part);
    for (const info of part.header.tensors) {
      if (found.has(info.name)) throw tensorError(info.name, 'is there twice');
      found.set(info.name, { info, data, end: part.end });
    }
  }
  return found;
}

function placeTensor({ info, data, end }: Found, expected: Shape): StoredTensor {
  const { name, rows, cols } = expected;
  const type = typeOfTensor(info, expected.isVector ? normTypes : matrixTypes);
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
  const details = { offset: String(info.offset), length, sizeBytes: end };
  if (info.offset % BigInt(data.alignment) !== 0n) {
    throw tensorError(
      name,
      `lies at offset ${info.offset}, which is not a multiple of ${data.alignment}`,
      details,
    );
  }
  if (info.offset + BigInt(data.offset + length) > BigInt(end)) {
    const place = `at offset ${info.offset} after byte ${data.offset}`;
    throw tensorError(
      name,
      `takes ${length} bytes ${place}, but the file has ${end}: it is truncated or damaged`,
      details,
    );
  }
  const layout = { format: type.format, rows, cols, groupSize: type.groupSize };
  return { name, layout, type, offset: data.offset + Number(info.offset) };
}

function refuseOverlap(placed: readonly StoredTensor[]): void {
  const sorted = placed.toSorted((a, b) => a.offset - b.offset);
  let end = 0;
  for (const { name, offset, layout, type } of sorted) {
    if (offset < end) throw tensorError(name, `overlaps another tensor at byte ${offset}`, { offset });
    end = offset + layout.rows * storedRowBytes(type, layout.cols);
  }
}
