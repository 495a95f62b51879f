// GGUF tensor names -> TensorIds, and the proof that every tensor is there once, in shape, readable and inside the file.
// A tensor we do not know is refused: leaving it out would give wrong output.
import { ModelFormatError, type LayerTensorRole, type ModelConfig, type TensorId } from '@longread/core';
import { readDataStart, tensorError, typeOfTensor, type DataStart, type GgufPart } from './gguf-data.ts';
import type { GgufTensorInfo } from './gguf-header.ts';
import { storedRowBytes, type StoredTensor } from './repack/read-rows.ts';
import { matrixTypes, normTypes } from './repack/source-types.ts';
import { worksInstead } from './unsupported.ts';

/** A validated tensor: its role, canonical layout and place in the file. */
export interface PlacedTensor extends StoredTensor {
  readonly id: TensorId;
}

interface Expected {
  readonly id: TensorId;
  readonly name: string;
  readonly rows: number;
  readonly cols: number;
  readonly isNorm: boolean;
}

function expectedTensors(config: ModelConfig): Expected[] {
  const { hiddenSize, intermediateSize, vocabSize } = config;
  const queryRows = config.numHeads * config.headDim;
  const kvRows = config.numKvHeads * config.headDim;
  const perLayer: readonly (readonly [LayerTensorRole, string, number, number])[] = [
    ['attentionNorm', 'attn_norm', 1, hiddenSize],
    ['query', 'attn_q', queryRows, hiddenSize],
    ['key', 'attn_k', kvRows, hiddenSize],
    ['value', 'attn_v', kvRows, hiddenSize],
    ['attentionOutput', 'attn_output', hiddenSize, queryRows],
    ['mlpNorm', 'ffn_norm', 1, hiddenSize],
    ['gate', 'ffn_gate', intermediateSize, hiddenSize],
    ['up', 'ffn_up', intermediateSize, hiddenSize],
    ['down', 'ffn_down', hiddenSize, intermediateSize],
  ];
  const head: Expected = {
    id: { role: 'lmHead' },
    name: 'output.weight',
    rows: vocabSize,
    cols: hiddenSize,
    isNorm: false,
  };
  return [
    {
      id: { role: 'tokenEmbedding' },
      name: 'token_embd.weight',
      rows: vocabSize,
      cols: hiddenSize,
      isNorm: false,
    },
    ...Array.from({ length: config.numLayers }, (_, layer) =>
      perLayer.map(([role, name, rows, cols]): Expected => {
        return {
          id: { role, layer },
          name: `blk.${layer}.${name}.weight`,
          rows,
          cols,
          isNorm: name.endsWith('norm'),
        };
      }),
    ).flat(),
    { id: { role: 'outputNorm' }, name: 'output_norm.weight', rows: 1, cols: hiddenSize, isNorm: true },
    ...(config.tiedEmbeddings ? [] : [head]),
  ];
}

/** Places every tensor the engine needs, in the order data flows. Throws ModelFormatError naming the tensor. */
export function placeTensors(parts: readonly GgufPart[], config: ModelConfig): PlacedTensor[] {
  const infos = tensorsOf(parts);
  if (infos.size === 0)
    throw new ModelFormatError(
      'The file holds no tensors: it is a vocabulary or another part of a model. Choose the file with the weights.',
      { tensors: 0 },
    );
  if (infos.has('rope_freqs.weight'))
    throw tensorError(
      'rope_freqs.weight',
      `scales the rope, as Llama 3.1 and later do, which is not supported. ${worksInstead.slice(0, -1)}`,
    );
  const placed = expectedTensors(config).map((expected) => {
    const found = infos.get(expected.name);
    if (found === undefined) throw tensorError(expected.name, 'is missing');
    infos.delete(expected.name);
    return placeTensor(found, expected);
  });
  for (const name of infos.keys())
    throw tensorError(name, 'is not part of a llama model: leaving it out would give wrong output');
  refuseOverlap(placed);
  return placed;
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

function placeTensor({ info, data, end }: Found, expected: Expected): PlacedTensor {
  const { name, rows, cols } = expected;
  const type = typeOfTensor(info, expected.isNorm ? normTypes : matrixTypes);
  const shape = info.shape.map(String);
  const wanted = expected.isNorm ? [String(cols)] : [String(cols), String(rows)];
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
  return { id: expected.id, name, layout, type, offset: data.offset + Number(info.offset) };
}

function refuseOverlap(placed: readonly PlacedTensor[]): void {
  const sorted = placed.toSorted((a, b) => a.offset - b.offset);
  let end = 0;
  for (const { name, offset, layout, type } of sorted) {
    if (offset < end) throw tensorError(name, `overlaps another tensor at byte ${offset}`, { offset });
    end = offset + layout.rows * storedRowBytes(type, layout.cols);
  }
}
