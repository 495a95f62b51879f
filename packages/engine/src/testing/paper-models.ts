// Models of which only the sizes are known, in the shapes of known ones, for what is counted on paper (paper-device.ts).
import {
  quantWordsPerRow,
  scaleWordsPerRow,
  type ModelConfig,
  type WeightFormat,
  type WeightLayout,
} from '@longread/core';
import type { BufferOwner } from '@longread/gpu';
import type { Matrix, Model } from '../load.ts';
import { projectionOf } from '../model/places.ts';

export interface PaperShape {
  readonly config: ModelConfig;
  readonly format: WeightFormat;
}

const llama = (sizes: {
  readonly numLayers: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly numHeads: number;
  readonly numKvHeads: number;
  readonly headDim: number;
  readonly vocabSize: number;
}): ModelConfig => ({
  ...sizes,
  name: 'on paper',
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
  tiedEmbeddings: true,
});

/** SmolLM2-135M's and -1.7B's sizes, Qwen3-1.7B's, and Qwen2.5-1.5B's. */
const smol = llama({
  numLayers: 30,
  hiddenSize: 576,
  intermediateSize: 1536,
  numHeads: 9,
  numKvHeads: 3,
  headDim: 64,
  vocabSize: 49_152,
});
const large = llama({
  numLayers: 24,
  hiddenSize: 2048,
  intermediateSize: 8192,
  numHeads: 32,
  numKvHeads: 32,
  headDim: 64,
  vocabSize: 49_152,
});
const qwen3: ModelConfig = {
  ...llama({
    numLayers: 28,
    hiddenSize: 2048,
    intermediateSize: 6144,
    numHeads: 16,
    numKvHeads: 8,
    headDim: 128,
    vocabSize: 151_936,
  }),
  qkNorm: 'each-head',
  ropePairing: 'half',
};
const qwen2: ModelConfig = { ...qwen3, qkNorm: false, qkvBias: true };
const gemma3: ModelConfig = { ...qwen3, postNorms: true, activation: 'gelu-tanh', vocabSize: 262_144 };

export const paperShapes = {
  '135m': { config: smol, format: 'int4' },
  '1.7b': { config: large, format: 'int4' },
  '1.7b-f16': { config: large, format: 'f16' },
  qwen3: { config: qwen3, format: 'int4' },
  qwen2: { config: qwen2, format: 'int4' },
  gemma3: { config: gemma3, format: 'int8' },
} satisfies Record<string, PaperShape>;

/** A model of the shape whose weights nobody wrote; the embedding in int8. */
export function paperModel(owner: BufferOwner, { config, format }: PaperShape): Model {
  const matrix = (rows: number, cols: number, of: WeightFormat = format): Matrix => {
    const groupSize = of === 'f16' ? 1 : 32;
    const layout: WeightLayout = { format: of, rows, cols, groupSize };
    const quants = owner.storage('quants', 4 * rows * quantWordsPerRow(layout));
    return {
      layout,
      quants,
      scales: of === 'f16' ? quants : owner.storage('scales', 4 * rows * scaleWordsPerRow(layout)),
    };
  };
  const projection = (rows: number, cols: number) =>
    projectionOf([{ matrix: matrix(rows, cols), outOffset: 0 }]);
  const { hiddenSize, intermediateSize, numHeads, numKvHeads, headDim, vocabSize } = config;
  const norm = () => owner.storage('norm', 4 * hiddenSize);
  const postNorm = () => (config.postNorms ? norm() : undefined);
  const qkvRows = (numHeads + 2 * numKvHeads) * headDim;
  const embedding = { matrix: matrix(vocabSize, hiddenSize, 'int8'), outOffset: 0 };
  return {
    config,
    sha256: '',
    tokenizer: undefined as never, // nothing is read
    embedding: [embedding],
    layers: Array.from({ length: config.numLayers }, () => ({
      attentionNorm: norm(),
      postAttentionNorm: postNorm(),
      mlpNorm: norm(),
      gateUp: projection(2 * intermediateSize, hiddenSize),
      down: projection(hiddenSize, intermediateSize),
      postMlpNorm: postNorm(),
      input: undefined,
      qkv: projection(qkvRows, hiddenSize),
      qkvBias: config.qkvBias ? owner.storage('bias', 4 * qkvRows) : undefined,
      headNorms: config.qkNorm === false ? undefined : owner.storage('head norms', 8 * headDim),
      togetherNorms: undefined,
      attentionGate: undefined,
      attentionOutput: projection(hiddenSize, numHeads * headDim),
    })),
    layerInputs: undefined,
    outputNorm: norm(),
    lmHead: projectionOf([embedding]),
  };
}
