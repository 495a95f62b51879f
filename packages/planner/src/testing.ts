// Shared by this package's tests; not part of its public API.
import { Random, type EmbeddingBlock, type ModelConfig } from '@longread/core';

/** The shape of SmolLM2-135M-Instruct. */
export const smolLm2: ModelConfig = {
  name: 'SmolLM2-135M-Instruct',
  numLayers: 30,
  hiddenSize: 576,
  intermediateSize: 1536,
  numHeads: 9,
  numKvHeads: 3,
  headDim: 64,
  vocabSize: 49152,
  contextLength: 8192,
  ropeTheta: 100000,
  ropeScalingFactor: 1,
  ropeMagnitude: 1,
  rotaryDim: 64,
  ropePairing: 'adjacent',
  rmsNormEps: 1e-5,
  qkvBias: false,
  qkNorm: false,
  preNorms: true,
  postNorms: false,
  activation: 'silu',
  embeddingScale: 1,
  logitScale: 1,
  attentionScale: 64 ** -0.5,
  tiedEmbeddings: true,
};

/** Uniform values in -1..1 from a seed. */
export function noise(length: number, seed: number): Float32Array<ArrayBuffer> {
  return new Random(seed).f32(length);
}

/** Scales each row of `headDim` values to unit length. */
export function unitRows(values: Float32Array, headDim: number): Float32Array<ArrayBuffer> {
  const rows = Float32Array.from(values);
  for (let at = 0; at < rows.length; at += headDim) {
    const row = rows.subarray(at, at + headDim);
    const length = Math.hypot(...row);
    row.forEach((value, d) => (row[d] = value / length));
  }
  return rows;
}

/** int8 quantisation of unit rows with one scale a row, as compress stores them. */
export function quantise(rows: Float32Array, numTokens: number, headDim: number): EmbeddingBlock {
  const quants = new Int8Array(rows.length);
  const scales = new Float32Array(rows.length / headDim);
  scales.forEach((_, row) => {
    const values = rows.subarray(row * headDim, (row + 1) * headDim);
    const scale = Math.fround(Math.max(...values.map(Math.abs)) / 127);
    scales[row] = scale;
    values.forEach((value, d) => (quants[row * headDim + d] = Math.round(value / scale)));
  });
  return { numTokens, quants, scales };
}

/** The values that a block stands for, `[numTokens, numParts, headDim]`. */
export function dequantise(block: EmbeddingBlock, headDim: number): Float32Array<ArrayBuffer> {
  return Float32Array.from(
    block.quants,
    (quant, i) => quant * (block.scales[Math.floor(i / headDim)] ?? NaN),
  );
}
