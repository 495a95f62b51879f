// GGUF tensor names -> TensorIds, and the proof that every tensor is there once, in shape, readable and inside the file.
// A tensor we do not know is refused: leaving it out would give wrong output.
import { isSharing, ModelFormatError, type ModelConfig, type TensorId } from '@longread/core';
import { expectedTensors, type Expected, type Shape } from './expected-tensors.ts';
import type { ModelFamily } from './families.ts';
import { readDataStart, tensorError, typeOfTensor, type DataStart, type GgufPart } from './gguf-data.ts';
import type { GgufTensorInfo } from './gguf-header.ts';
import { storedRowBytes, type StoredTensor } from './repack/read-rows.ts';
import { matrixTypes, normTypes } from './repack/source-types.ts';

/** A validated tensor: its role, canonical layout and place in the file. */
export interface PlacedTensor extends StoredTensor {
  readonly id: TensorId;
}

/** Where the tensors of a file are. */
export interface PlacedTensors {
  /** Those the engine needs, in the order data flows. */
  readonly weights: readonly PlacedTensor[];
  /** `[rotaryDim / 2]` divisors of the rotary frequencies, if there are any: a part of the configuration. */
  readonly frequencyDivisors: StoredTensor | undefined;
  /** `[vocabSize, numLayers size]` rows of layer inputs, which stay in the file, where a model has any. */
  readonly layerInputs: StoredTensor | undefined;
  /** One number each, by layer, where layers scale what leaves them: a part of the configuration. */
  readonly layerScales: readonly (StoredTensor | undefined)[];
}

/** Tensors that divide rotary frequencies: one for all windows, or one of two. */
const divisorNames = {
  any: 'rope_freqs.weight',
  short: 'rope_factors_short.weight',
  long: 'rope_factors_long.weight',
};

/**
 * Places every tensor of the file. Throws ModelFormatError naming the tensor.
 *
 * @param isWidened whether the window is longer than that of training, where a file has divisors for either.
 * @param numSkipped layers behind those of the configuration, whose tensors are not read.
 */
export function placeTensors(
  parts: readonly GgufPart[],
  family: ModelFamily,
  config: ModelConfig,
  isWidened: boolean,
  numSkipped: number,
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
  const placeNamed = (expected: Shape): StoredTensor => {
    const found = infos.get(expected.name);
    if (found === undefined) throw tensorError(expected.name, 'is missing');
    return place(found, expected);
  };
  const weights = expectedTensors(config, family).flatMap(({ parts: within, ...shape }) => {
    return partsOf(placeNamed(shape), within).map(({ id, stored }) => ({ id, ...stored }));
  });
  const divisors = (name: string) => ({ name, rows: 1, cols: config.rotaryDim / 2, isVector: true });
  const ofAny = family.mayDivideFrequencies ? infos.get(divisorNames.any) : undefined;
  let frequencyDivisors = ofAny && place(ofAny, divisors(divisorNames.any));
  if (family.mayHaveLongFactors && [divisorNames.short, divisorNames.long].some((name) => infos.has(name))) {
    const [short, long] = [divisorNames.short, divisorNames.long].map((name) => placeNamed(divisors(name)));
    frequencyDivisors = isWidened ? long : short;
  }
  const { layerInputs: inputs, numLayers, vocabSize } = config;
  const table = { name: 'per_layer_token_embd.weight', rows: vocabSize, isVector: false };
  const layerInputs = inputs && placeNamed({ ...table, cols: numLayers * inputs.size });
  const layerScales = Array.from({ length: family.mayInputByLayer ? numLayers : 0 }, (_, layer) => {
    const name = `blk.${layer}.layer_output_scale.weight`;
    const found = infos.get(name);
    return found && place(found, { name, rows: 1, cols: 1, isVector: true });
  });
  for (const name of infos.keys()) {
    if (isLeftOver(name, config)) continue;
    const layer = Number(/^blk\.(\d+)\./.exec(name)?.[1] ?? -1);
    if (layer >= config.numLayers && layer < config.numLayers + numSkipped) continue;
    throw tensorError(
      name,
      `is not part of a ${family.architecture} model: leaving it out would give wrong output`,
    );
  }
  const others = [frequencyDivisors, layerInputs, ...layerScales].filter((tensor) => tensor !== undefined);
  refuseOverlap([...weights, ...others]);
  return { weights, frequencyDivisors, layerInputs, layerScales };
}

/** Keys and values of a layer that attends to those of another: trained with, and not used. */
function isLeftOver(name: string, config: ModelConfig): boolean {
  const [, layer] = /^blk\.(\d+)\.(?:attn_k|attn_v|attn_k_norm)\.weight$/.exec(name) ?? [];
  return layer !== undefined && Number(layer) < config.numLayers && isSharing(config, Number(layer));
}

/** What is one behind the other in a tensor. */
export function partsOf(
  whole: StoredTensor,
  parts: Expected['parts'],
): readonly { readonly id: TensorId; readonly stored: StoredTensor }[] {
  let firstRow = 0;
  return parts.map(({ id, rows }) => {
    const stored = rowsOf(whole, firstRow, rows);
    firstRow += rows;
    return { id, stored };
  });
}

/** A run of a tensor's rows, which has a name of its own unless it is all of them. */
function rowsOf(tensor: StoredTensor, firstRow: number, rows: number): StoredTensor {
  const { name, layout, type, offset } = tensor;
  if (rows === layout.rows) return tensor;
  return {
    name: `${name} rows ${firstRow} to ${firstRow + rows - 1}`,
    layout: { ...layout, rows },
    type,
    offset: offset + firstRow * storedRowBytes(type, layout.cols),
  };
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
  const isLine = expected.isVector && (rows === 1 || cols === 1);
  const wanted = isLine ? [String(rows * cols)] : [String(cols), String(rows)];
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
