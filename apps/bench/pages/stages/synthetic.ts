// Models in the shapes of known ones, with weights made from a seed a few megabytes at a time: what is timed does not depend on the
// values, and a machine that has a GPU may have no model file. They cannot be asked anything: there is no tokenizer.
import {
  quantWordsPerRow,
  Random,
  scaleWordsPerRow,
  type LayerTensorRole,
  type ModelConfig,
  type TensorId,
  type WeightLayout,
  type WeightRows,
} from '@longread/core';
import type { ModelFile, ModelTensor, Tokenizer, TokenizerDefinition } from '@longread/formats';
import type { OpenedModel } from 'longread/stages';
import type { ShapeName } from './driver.ts';

type Sizes = Pick<
  ModelConfig,
  | 'numLayers'
  | 'hiddenSize'
  | 'intermediateSize'
  | 'numHeads'
  | 'numKvHeads'
  | 'headDim'
  | 'vocabSize'
  | 'tiedEmbeddings'
> & {
  /** Of the layers' matrices. */
  readonly format: 'int4' | 'f16';
};

const smolLm2Large: Sizes = {
  numLayers: 24,
  hiddenSize: 2048,
  intermediateSize: 8192,
  numHeads: 32,
  numKvHeads: 32,
  headDim: 64,
  vocabSize: 49_152,
  tiedEmbeddings: true,
  format: 'int4',
};

/** Of SmolLM2-135M, SmolLM2-1.7B, Llama-3.2-3B and Llama-3.1-8B, by their published configurations. */
const shapes: Readonly<Record<ShapeName, Sizes>> = {
  '135m': {
    numLayers: 30,
    hiddenSize: 576,
    intermediateSize: 1536,
    numHeads: 9,
    numKvHeads: 3,
    headDim: 64,
    vocabSize: 49_152,
    tiedEmbeddings: true,
    format: 'int4',
  },
  '1.7b': smolLm2Large,
  '1.7b-f16': { ...smolLm2Large, format: 'f16' },
  '3b': {
    numLayers: 28,
    hiddenSize: 3072,
    intermediateSize: 8192,
    numHeads: 24,
    numKvHeads: 8,
    headDim: 128,
    vocabSize: 128_256,
    tiedEmbeddings: true,
    format: 'int4',
  },
  '8b': {
    numLayers: 32,
    hiddenSize: 4096,
    intermediateSize: 14_336,
    numHeads: 32,
    numKvHeads: 8,
    headDim: 128,
    vocabSize: 128_256,
    tiedEmbeddings: false,
    format: 'int4',
  },
};

/** Matrices as 4-bit files hold them, int4 with a scale and a minimum for 32 columns, or in f16; the embedding in int8. */
export function syntheticModel(name: ShapeName): OpenedModel {
  const { format, ...sizes } = shapes[name];
  const config: ModelConfig = {
    ...sizes,
    name: `synthetic-${name}`,
    contextLength: 8192,
    ropeTheta: 100_000,
    ropeScalingFactor: 1,
    ropeMagnitude: 1,
    rotaryDim: sizes.headDim,
    ropePairing: 'adjacent',
    rmsNormEps: 1e-5,
    qkvBias: false,
    qkNorm: false,
    preNorms: true,
    postNorms: false,
    activation: 'silu',
    embeddingScale: 1,
    logitScale: 1,
    attentionScale: sizes.headDim ** -0.5,
  };
  const words = seededWords(1 << 18);
  return {
    sha256: '',
    file: {
      config,
      sizeKeys,
      tensors: tensorsOf(config, format),
      tokenizer: absent as TokenizerDefinition,
      readRows: ({ layout }, maxBytes) => rowsOf(layout, maxBytes, words),
    },
    tokenizer: absent as Tokenizer,
  };
}

/** Stands where a tokenizer would; loading hands it on, and whoever uses it is told. */
const absent: unknown = new Proxy(
  {},
  {
    get: () => {
      throw new Error('A model made from a seed has no tokenizer.');
    },
  },
);

/** Where a model file says its sizes; here they come from nowhere else. */
const sizeKeys: ModelFile['sizeKeys'] = {
  headDim: 'shape',
  rotaryDim: 'shape',
  hiddenSize: 'shape',
  intermediateSize: 'shape',
  vocabSize: 'shape',
};

function tensorsOf(config: ModelConfig, format: Sizes['format']): ModelTensor[] {
  const { numLayers, hiddenSize, intermediateSize, vocabSize, numHeads, numKvHeads, headDim } = config;
  const norm: WeightLayout = { format: 'f32', rows: 1, cols: hiddenSize, groupSize: 1 };
  const groupSize = format === 'f16' ? 1 : 32;
  const matrix = (rows: number, cols: number): WeightLayout => ({ format, rows, cols, groupSize });
  const layerTensors: Readonly<Partial<Record<LayerTensorRole, WeightLayout>>> = {
    attentionNorm: norm,
    query: matrix(numHeads * headDim, hiddenSize),
    key: matrix(numKvHeads * headDim, hiddenSize),
    value: matrix(numKvHeads * headDim, hiddenSize),
    attentionOutput: matrix(hiddenSize, numHeads * headDim),
    mlpNorm: norm,
    gate: matrix(intermediateSize, hiddenSize),
    up: matrix(intermediateSize, hiddenSize),
    down: matrix(hiddenSize, intermediateSize),
  };
  const tensor = (id: TensorId, layout: WeightLayout): ModelTensor => ({
    id,
    layout,
    name: Object.values(id).join('.'),
  });
  const roles = Object.entries(layerTensors) as [LayerTensorRole, WeightLayout][];
  const embedding: WeightLayout = { format: 'int8', rows: vocabSize, cols: hiddenSize, groupSize: 32 };
  return [
    tensor({ role: 'tokenEmbedding' }, embedding),
    ...Array.from({ length: numLayers }, (_, layer) =>
      roles.map(([role, layout]) => tensor({ role, layer }, layout)),
    ).flat(),
    tensor({ role: 'outputNorm' }, norm),
    ...(config.tiedEmbeddings ? [] : [tensor({ role: 'lmHead' }, embedding)]),
  ];
}

/** Runs of rows from a window that moves over the same words; scales keep activations of one size from layer to layer. */
async function* rowsOf(
  layout: WeightLayout,
  maxBytes: number,
  words: Uint32Array<ArrayBuffer>,
): AsyncGenerator<WeightRows> {
  const quantWords = quantWordsPerRow(layout);
  const scaleWords = scaleWordsPerRow(layout);
  const rowsPerRun = Math.max(1, Math.floor(Math.min(maxBytes / 4, words.length / 2) / quantWords));
  const values = layout.format === 'f16' ? words.map((word) => smallHalves(word, layout.cols)) : words;
  for (let firstRow = 0; firstRow < layout.rows; firstRow += rowsPerRun) {
    const numRows = Math.min(rowsPerRun, layout.rows - firstRow);
    const from = (firstRow * 7919) % (words.length / 2);
    const quants =
      layout.format === 'f32'
        ? new Uint32Array(numRows * quantWords).fill(bitsOf(1))
        : values.slice(from, from + numRows * quantWords);
    const scales = new Uint32Array(numRows * scaleWords).fill(scaleOf(layout));
    yield await Promise.resolve({ firstRow, numRows, quants, scales });
  }
}

/** Weights of about 1 / sqrt(cols), as training begins with. */
function scaleOf({ format, cols }: WeightLayout): number {
  const size = 1 / Math.sqrt(cols);
  // int8: quants of up to 127, a third of that on average. int4: quants of 0 to 15, the minimum puts their middle at 0.
  if (format === 'int8') return bitsOf(size / 73);
  return (halfBits(-7.5 * (size / 4.6)) << 16) | halfBits(size / 4.6);
}

/** Two f16 weights of about 1 / sqrt(cols), their signs and mantissas from the word. */
function smallHalves(word: number, cols: number): number {
  const exponent = halfBits(0.7 / Math.sqrt(cols)) & 0x7c00;
  return (word & 0x83ff83ff) | (exponent << 16) | exponent;
}

const bitsOf = (value: number): number => new Uint32Array(Float32Array.of(value).buffer)[0] ?? 0;

/** An f16's bits, cut off: good enough where any value near will do. Normal numbers only. */
function halfBits(value: number): number {
  const bits = bitsOf(value);
  return ((bits >>> 16) & 0x8000) | (((bits >>> 13) & 0x3ffff) - (112 << 10));
}

function seededWords(count: number): Uint32Array<ArrayBuffer> {
  return new Random(1).u32(count);
}
