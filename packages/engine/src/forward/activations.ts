// Buffers of one pass through the layers, and the rotary angles.
import { windowOf, type ModelConfig } from '@longread/core';
import type { BufferOwner, Gpu } from '@longread/gpu';
import { activationSizes } from '@longread/planner';

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
  /** `[numHeads, tileRows, keyStride]`, laid out anew for each pass (planScoreTile); for one token the splits' partial results. */
  readonly scores: GPUBuffer;
  /** `[numHeads, tileRows]` */
  readonly factors: GPUBuffer;
  /** `[hiddenSize]`: the one row the LM head reads. */
  readonly headInput: GPUBuffer;
  /** `[vocabSize]` */
  readonly logits: GPUBuffer;
  /** `[maxKeys, rotaryDim / 2]` pairs (cos, sin) of a layer that rotates. */
  readonly anglesOf: (layer: number) => GPUBuffer;
}

/** Allocates for passes of up to `maxTokens` tokens over up to `maxKeys` keys. @throws OutOfMemoryError | LimitExceededError */
export async function createActivations(
  gpu: Gpu,
  owner: BufferOwner,
  config: ModelConfig,
  maxTokens: number,
  maxKeys: number,
): Promise<Activations> {
  const sizes = activationSizes(config, maxTokens, maxKeys);
  const angles = owner.storage('rope angles', sizes.angles);
  const slidingAngles = config.sliding && owner.storage('sliding rope angles', sizes.slidingAngles);
  const activations: Activations = {
    hidden: owner.storage('hidden', sizes.hidden),
    normed: owner.storage('normed', sizes.normed),
    qkv: owner.storage('qkv', sizes.qkv),
    q: owner.storage('q', sizes.q),
    attention: owner.storage('attention', sizes.attention),
    gateUp: owner.storage('gate and up', sizes.gateUp),
    gated: owner.storage('gated', sizes.gated),
    scores: owner.storage('attention scores', sizes.scores),
    factors: owner.storage('softmax factors', sizes.factors),
    headInput: owner.storage('head input', sizes.headInput),
    logits: owner.storage('logits', sizes.logits),
    anglesOf: (layer) => (slidingAngles && windowOf(config, layer) < Infinity ? slidingAngles : angles),
  };
  await owner.settled();
  gpu.write(angles, 0, ropeAngles(maxKeys, config));
  if (slidingAngles) {
    const rope = {
      rotaryDim: config.rotaryDim,
      ropeTheta: config.sliding.ropeTheta,
      ropeScalingFactor: 1,
      ropeMagnitude: 1,
    };
    gpu.write(slidingAngles, 0, ropeAngles(maxKeys, rope));
  }
  return activations;
}

type Rope = Pick<
  ModelConfig,
  'rotaryDim' | 'ropeTheta' | 'ropeScalingFactor' | 'ropeFrequencyDivisors' | 'ropeMagnitude'
>;

/** (cos, sin) of position * frequency times the magnitude, computed in f64: angles reach thousands of radians. */
function ropeAngles(
  numPositions: number,
  { rotaryDim, ropeTheta, ropeScalingFactor, ropeFrequencyDivisors, ropeMagnitude }: Rope,
): Float32Array<ArrayBuffer> {
  const angles = new Float32Array(numPositions * rotaryDim);
  for (let i = 0; i < rotaryDim / 2; i++) {
    const divisor = ropeScalingFactor * (ropeFrequencyDivisors?.[i] ?? 1);
    const frequency = ropeTheta ** ((-2 * i) / rotaryDim) / divisor;
    for (let position = 0; position < numPositions; position++) {
      angles[position * rotaryDim + 2 * i] = ropeMagnitude * Math.cos(position * frequency);
      angles[position * rotaryDim + 2 * i + 1] = ropeMagnitude * Math.sin(position * frequency);
    }
  }
  return angles;
}
