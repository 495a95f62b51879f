// Reads whole tensors for tests.
import { dequantizeRows } from '../dequantize.ts';
import type { ModelFile, ModelTensor } from '../gguf.ts';

/** All values of a tensor, `[rows, cols]`, put together from its streamed rows. */
export async function readTensor(
  model: ModelFile,
  tensor: ModelTensor,
  maxBytes = 1 << 20,
): Promise<Float32Array> {
  const values = new Float32Array(tensor.layout.rows * tensor.layout.cols);
  for await (const rows of model.readRows(tensor, maxBytes)) {
    values.set(dequantizeRows(tensor.layout, rows), rows.firstRow * tensor.layout.cols);
  }
  return values;
}
