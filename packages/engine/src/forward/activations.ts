// Buffers of one pass through the layers, and the rotary angles.
import type { ModelConfig } from '@longread/core';
import type { BufferOwner, Gpu } from '@longread/gpu';

/** Bytes of attention scores that may exist at once. */
const scoresBytes = 64 * 1024 * 1024;

/**
 * Query rows whose attention scores exist at once: 128, fewer for long windows, a multiple of 16.
 * A function of the shapes alone, never of time: column sums add up tile by tile, and must add up the same way every time.
 */
export function tileRowsFor({ numHeads }: ModelConfig, maxKeys: number): number {
  const rows = scoresBytes / (4 * numHeads * keyStrideFor(maxKeys));
  return Math.min(128, Math.max(16, Math.floor(rows / 16) * 16));
}

/** `[maxTokens, width]` each, unless said otherwise. */
export interface Activations {
  readonly hidden: GPUBuffer;
  readonly normed: GPUBuffer;
  /** Query heads, key heads, value heads; before rotation. */
  readonly qkv: GPUBuffer;
  /** Rotated queries. */
  readonly q: GPUBuffer;
  readonly attention: GPUBuffer;
  readonly gateUp: GPUBuffer;
  readonly gated: GPUBuffer;
  /** `[numHeads, tileRows, keyStride]` */
  readonly scores: GPUBuffer;
  /** `[numHeads, tileRows]` */
  readonly factors: GPUBuffer;
  /** `[hiddenSize]`: the one row the LM head reads. */
  readonly headInput: GPUBuffer;
  /** `[vocabSize]` */
  readonly logits: GPUBuffer;
  /** `[maxKeys, headDim / 2]` pairs (cos, sin). */
  readonly angles: GPUBuffer;
}

/** Floats in one row of `qkv`. */
export function qkvWidth({ numHeads, numKvHeads, headDim }: ModelConfig): number {
  return (numHeads + 2 * numKvHeads) * headDim;
}

/** Keys per row of attention scores, in whole blocks of the kernels. */
export function keyStrideFor(maxKeys: number): number {
  return Math.ceil(maxKeys / 16) * 16;
}

/** Allocates for passes of up to `maxTokens` tokens over up to `maxKeys` keys. */
export function createActivations(
  gpu: Gpu,
  owner: BufferOwner,
  config: ModelConfig,
  maxTokens: number,
  maxKeys: number,
): Activations {
  const { hiddenSize, intermediateSize, numHeads, headDim, vocabSize } = config;
  const tileRows = tileRowsFor(config, maxKeys);
  const rows = (label: string, width: number) => owner.storage(label, 4 * maxTokens * width);
  const angles = owner.storage('rope angles', 4 * maxKeys * headDim);
  gpu.write(angles, 0, ropeAngles(maxKeys, headDim, config.ropeTheta));
  return {
    hidden: rows('hidden', hiddenSize),
    normed: rows('normed', hiddenSize),
    qkv: rows('qkv', qkvWidth(config)),
    q: rows('q', numHeads * headDim),
    attention: rows('attention', numHeads * headDim),
    gateUp: rows('gate and up', 2 * intermediateSize),
    gated: rows('gated', intermediateSize),
    scores: owner.storage('attention scores', 4 * numHeads * tileRows * keyStrideFor(maxKeys)),
    factors: owner.storage('softmax factors', 4 * numHeads * tileRows),
    headInput: owner.storage('head input', 4 * hiddenSize),
    logits: owner.storage('logits', 4 * vocabSize),
    angles,
  };
}

/** (cos, sin) of position * theta^(-2 i / headDim), computed in f64: angles reach thousands of radians. */
function ropeAngles(numPositions: number, headDim: number, theta: number): Float32Array<ArrayBuffer> {
  const angles = new Float32Array(numPositions * headDim);
  for (let i = 0; i < headDim / 2; i++) {
    const frequency = theta ** ((-2 * i) / headDim);
    for (let position = 0; position < numPositions; position++) {
      angles[position * headDim + 2 * i] = Math.cos(position * frequency);
      angles[position * headDim + 2 * i + 1] = Math.sin(position * frequency);
    }
  }
  return angles;
}
