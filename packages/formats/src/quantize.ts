// A model whose weights are quantised as they are read: matrices that its file has in 16 or 32 bits become int8 or int4. What is quantised
// in the file stays as it is there, and so do norms and biases. docs/models.md says what is lost.
import {
  InvalidInputError,
  ModelFormatError,
  quantWordsPerRow,
  scaleWordsPerRow,
  type WeightKind,
  type WeightLayout,
  type WeightRows,
} from '@longread/core';
import type { ModelFile, ModelTensor } from './gguf.ts';
import { halfToFloat } from './repack/half.ts';
import { quantGroup, quantizeInt4, quantizeInt8 } from './repack/quantize-groups.ts';

/** The same model with quantised weights. Throws InvalidInputError for a matrix whose rows are no whole groups. */
export function quantizeModel(file: ModelFile, kind: WeightKind): ModelFile {
  if (kind === 'file') return file;
  const tensors = quantizeTensors(file.tensors, kind);
  const originals = new Map(tensors.map((tensor, i) => [tensor, file.tensors[i]]));
  return {
    ...file,
    tensors,
    readRows(tensor, maxBytes) {
      const original = originals.get(tensor) ?? tensor;
      const rows = file.readRows(original, maxBytes);
      return original === tensor ? rows : quantizeRows(rows, original, tensor);
    },
  };
}

/** The same tensors in the layouts that they are quantised to. Throws as {@link quantizeModel}. */
export function quantizeTensors(tensors: readonly ModelTensor[], kind: WeightKind): readonly ModelTensor[] {
  if (kind === 'file') return tensors;
  return tensors.map((tensor) => {
    const layout = quantizedLayout(tensor, kind);
    return layout === tensor.layout ? tensor : { ...tensor, layout };
  });
}

/** With int4 the token embedding and the LM head, from which single rows decide, take int8. */
function quantizedLayout({ id, name, layout }: ModelTensor, kind: 'int8' | 'int4'): WeightLayout {
  const isVector = /(Norm|Bias|onvolution|Decay)$/.test(id.role);
  if (isVector || (layout.format !== 'f16' && layout.format !== 'f32')) return layout;
  if (layout.cols % quantGroup !== 0)
    throw new InvalidInputError(
      `Tensor "${name}" has ${layout.cols} columns, and weights are quantised in groups of ${quantGroup}. ` +
        "Load the model with weights: 'file'.",
      { tensor: name, setting: 'weights', value: kind, columns: layout.cols },
    );
  const format = id.role === 'tokenEmbedding' || id.role === 'lmHead' ? 'int8' : kind;
  return { ...layout, format, groupSize: quantGroup };
}

/** The same arrays for all runs of a tensor, as in read-rows.ts. */
async function* quantizeRows(
  rows: AsyncIterable<WeightRows>,
  from: ModelTensor,
  { layout, name }: ModelTensor,
): AsyncGenerator<WeightRows> {
  const quantize = layout.format === 'int8' ? quantizeInt8 : quantizeInt4;
  let values = new Float32Array();
  let words = new Uint32Array();
  for await (const { firstRow, numRows, quants: stored } of rows) {
    const numQuants = numRows * quantWordsPerRow(layout);
    const numScales = numRows * scaleWordsPerRow(layout);
    const numValues = numRows * layout.cols;
    if (values.length < numValues) {
      values = new Float32Array(numValues);
      words = new Uint32Array(numQuants + numScales);
    }
    const quants = words.subarray(0, numQuants).fill(0);
    const scales = words.subarray(numQuants, numQuants + numScales);
    readValues(stored, from.layout, values);
    const bad = quantize(values, quants, scales);
    if (bad >= 0) {
      const row = firstRow + Math.floor((bad * quantGroup) / layout.cols);
      throw new ModelFormatError(
        `Tensor "${name}" has a number in row ${row} that is too large for ${layout.format}. Load the model with weights: 'int8' or 'file'.`,
        { tensor: name, row },
      );
    }
    yield { firstRow, numRows, quants, scales };
  }
}

/** By the bits of half precision: looking up is several times as fast as computing. */
const halfValues = Float32Array.from({ length: 1 << 16 }, (_, bits) => halfToFloat(bits));

function readValues(stored: Uint32Array<ArrayBuffer>, { format }: WeightLayout, values: Float32Array): void {
  if (format === 'f32') {
    values.set(new Float32Array(stored.buffer, stored.byteOffset, stored.length));
    return;
  }
  const halves = new Uint16Array(stored.buffer, stored.byteOffset, 2 * stored.length);
  for (let i = 0; i < halves.length; i++) values[i] = halfValues[halves[i] ?? 0] ?? 0;
}
