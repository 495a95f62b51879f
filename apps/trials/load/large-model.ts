// A GGUF file of a model's real size with weights from a seed, made as it is read: no disk holds it. Of Qwen2.5-1.5B's sizes by its
// published configuration, as a llama, with the tokenizer of the tiny test model and names for the rest of 151,936 tokens.
import { Random } from '@longread/core';
import {
  randomBlocks,
  tinyLlamaSource,
  writeGguf,
  type GgmlTypeName,
  type TensorSource,
} from '@longread/formats/testing';

export interface LargeSizes {
  readonly numLayers: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly numHeads: number;
  readonly numKvHeads: number;
  readonly headDim: number;
  readonly vocabSize: number;
  readonly contextLength: number;
}

export const largeSizes: LargeSizes = {
  numLayers: 28,
  hiddenSize: 1536,
  intermediateSize: 8960,
  numHeads: 12,
  numKvHeads: 2,
  headDim: 128,
  vocabSize: 151_936,
  contextLength: 131_072,
};

/** A file that is made where it is read. */
export interface MadeFile {
  readonly sizeBytes: number;
  /** Weights in all. */
  readonly numWeights: number;
  /** Bytes `from` to `to`, exclusive, a piece at a time. */
  bytes(from: number, to: number): Generator<Uint8Array, void>;
}

interface Matrix {
  readonly name: string;
  readonly rows: number;
  /** 0: one dimension. */
  readonly cols: number;
  readonly type: GgmlTypeName;
}

/** Blocks of a pattern, which tensors repeat. */
const patternBlocks = 4096;
const alignment = 32;
const tinyTokens = 3 + 256 + 15;

/** Bytes of 32 weights. */
const blockBytes: Readonly<Partial<Record<GgmlTypeName, number>>> = { F32: 128, Q4_0: 18, Q8_0: 34 };

export function makeLargeModel(sizes: LargeSizes = largeSizes): MadeFile {
  const tensors = tensorsOf(sizes);
  const starts: number[] = [];
  let end = 0;
  for (const tensor of tensors) {
    starts.push(end);
    end += Math.ceil(bytesOf(tensor) / alignment) * alignment;
  }
  const header = writeGguf({
    metadata: metadataOf(sizes),
    tensors: tensors.map(({ name, rows, cols, type }, i): TensorSource => {
      const shape = cols === 0 ? [rows] : [cols, rows];
      return { name, shape, type, data: new Uint8Array(), offset: starts[i] ?? 0 };
    }),
  });
  const spread = Math.sqrt(3 / sizes.hiddenSize);
  const patterns = new Map(
    (['F32', 'Q4_0', 'Q8_0'] as const).map((type) => [type, patternOf(type, spread)] as const),
  );
  const zeros = new Uint8Array(alignment);
  return {
    sizeBytes: header.length + end,
    numWeights: tensors.reduce((sum, { rows, cols }) => sum + rows * Math.max(1, cols), 0),
    *bytes(from, to) {
      if (from < header.length) yield header.subarray(from, Math.min(to, header.length));
      for (const [i, tensor] of tensors.entries()) {
        const start = header.length + (starts[i] ?? 0);
        const dataEnd = start + bytesOf(tensor);
        const pattern = patterns.get(tensor.type as 'F32') ?? zeros;
        for (let at = Math.max(from, start); at < Math.min(to, dataEnd);) {
          const inPattern = (at - start) % pattern.length;
          const piece = pattern.subarray(inPattern, inPattern + Math.min(to, dataEnd) - at);
          yield piece;
          at += piece.length;
        }
        const padded = header.length + (starts[i + 1] ?? end);
        const gap = Math.min(to, padded) - Math.max(from, dataEnd);
        if (gap > 0) yield zeros.subarray(0, gap);
      }
    },
  };
}

function patternOf(type: 'F32' | 'Q4_0' | 'Q8_0', spread: number): Uint8Array {
  // Norms are ones.
  if (type === 'F32') return new Uint8Array(new Float32Array(patternBlocks).fill(1).buffer);
  return randomBlocks(type, 32 * patternBlocks, new Random(1), spread);
}

const bytesOf = ({ rows, cols, type }: Matrix): number =>
  ((rows * Math.max(1, cols)) / 32) * (blockBytes[type] ?? 0);

function tensorsOf(sizes: LargeSizes): readonly Matrix[] {
  const { numLayers, hiddenSize, intermediateSize, vocabSize, numHeads, numKvHeads, headDim } = sizes;
  const norm = (name: string): Matrix => ({ name, rows: hiddenSize, cols: 0, type: 'F32' });
  const matrix = (name: string, rows: number, cols: number): Matrix => ({ name, rows, cols, type: 'Q4_0' });
  return [
    { ...matrix('token_embd.weight', vocabSize, hiddenSize), type: 'Q8_0' },
    ...Array.from({ length: numLayers }, (_, layer) => `blk.${layer}.`).flatMap((layer) => [
      norm(`${layer}attn_norm.weight`),
      matrix(`${layer}attn_q.weight`, numHeads * headDim, hiddenSize),
      matrix(`${layer}attn_k.weight`, numKvHeads * headDim, hiddenSize),
      matrix(`${layer}attn_v.weight`, numKvHeads * headDim, hiddenSize),
      matrix(`${layer}attn_output.weight`, hiddenSize, numHeads * headDim),
      norm(`${layer}ffn_norm.weight`),
      matrix(`${layer}ffn_gate.weight`, intermediateSize, hiddenSize),
      matrix(`${layer}ffn_up.weight`, intermediateSize, hiddenSize),
      matrix(`${layer}ffn_down.weight`, hiddenSize, intermediateSize),
    ]),
    norm('output_norm.weight'),
  ];
}

function metadataOf(sizes: LargeSizes) {
  const { numLayers, hiddenSize, intermediateSize, numHeads, numKvHeads, headDim, contextLength } = sizes;
  const numExtraTokens = sizes.vocabSize - tinyTokens;
  return {
    ...tinyLlamaSource(1, { numLayers: 1, hiddenSize: 32, intermediateSize: 32, numExtraTokens }).metadata,
    'general.name': 'Made from a seed',
    'llama.block_count': numLayers,
    'llama.context_length': contextLength,
    'llama.embedding_length': hiddenSize,
    'llama.feed_forward_length': intermediateSize,
    'llama.attention.head_count': numHeads,
    'llama.attention.head_count_kv': numKvHeads,
    'llama.attention.key_length': headDim,
  };
}
