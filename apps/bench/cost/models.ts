// Sizes of the models that costs are told of, by their published configurations.

/** Of a decoder-only transformer with 4-bit matrices and an 8-bit embedding, all of whose layers attend. */
export interface Sizes {
  readonly name: string;
  readonly numLayers: number;
  /** Layers that compress runs, of the last only the projections of embedding heads. */
  readonly exitLayer: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly numHeads: number;
  readonly numKvHeads: number;
  readonly headDim: number;
  readonly vocabSize: number;
}

export const packaged: Sizes = {
  name: 'SmolLM2 135M',
  numLayers: 30,
  exitLayer: 11,
  hiddenSize: 576,
  intermediateSize: 1536,
  numHeads: 9,
  numKvHeads: 3,
  headDim: 64,
  vocabSize: 49_152,
};

/** Qwen3's three smallest, read as deep as the preset `read` allows. */
export const larger: readonly Sizes[] = [
  {
    name: '0.6B (Qwen3)',
    numLayers: 28,
    exitLayer: 11,
    hiddenSize: 1024,
    intermediateSize: 3072,
    numHeads: 16,
    numKvHeads: 8,
    headDim: 128,
    vocabSize: 151_936,
  },
  {
    name: '1.7B (Qwen3)',
    numLayers: 28,
    exitLayer: 11,
    hiddenSize: 2048,
    intermediateSize: 6144,
    numHeads: 16,
    numKvHeads: 8,
    headDim: 128,
    vocabSize: 151_936,
  },
  {
    name: '4B (Qwen3)',
    numLayers: 36,
    exitLayer: 14,
    hiddenSize: 2560,
    intermediateSize: 9728,
    numHeads: 32,
    numKvHeads: 8,
    headDim: 128,
    vocabSize: 151_936,
  },
];
