// Buffers of one pass through the layers, and the rotary angles. What grows with the keys that a pass sees is made for those that are
// asked about, never for a whole window: of 262,144 positions the angles alone would take 128 MiB.
import { invariant, windowOf, type DeltaLayers, type ModelConfig } from '@longread/core';
import type { BufferOwner, Gpu } from '@longread/gpu';
import { activationSizes, keySizes, type AttentionKind } from '@longread/planner';

/** `[2, headDim]`, for rms-norm/heads: keys of length one, queries of that times the usual scale of attention. */
function deltaScales({ headDim }: DeltaLayers): Float32Array<ArrayBuffer> {
  return new Float32Array(2 * headDim).fill(1 / headDim, 0, headDim).fill(headDim ** -0.5, headDim);
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
  /** Which kind of attention of many tokens they are made for. */
  readonly attentionKind: AttentionKind;
  /**
   * Where attention is staged `[numHeads, tileRows, keyStride]`, laid out anew for each pass (planTile); for one token the splits' partial
   * results.
   */
  readonly scores: GPUBuffer;
  /** `[numHeads, tileRows]`: of staged attention what its probabilities are multiplied by, else the logs of what they are divided by. */
  readonly factors: GPUBuffer;
  /** `[hiddenSize]`: the one row the LM head reads. */
  readonly headInput: GPUBuffer;
  /** `[vocabSize]` */
  readonly logits: GPUBuffer;
  /** `[2, headDim of delta layers]`: what their queries and keys are normalised by. */
  readonly deltaScales: GPUBuffer | undefined;
  /** `[headDim]` of ones, where values are normalised: by no weights. */
  readonly ones: GPUBuffer | undefined;
  /** `[maxTokens, numLayers size]` each: the two parts of what tokens bring to layers, where they do: of their embedding, and of the table. */
  readonly layerInputs: { readonly projected: GPUBuffer; readonly rows: GPUBuffer } | undefined;
  /** `[maxKeys, rotaryDimOf / 2]` pairs (cos, sin) of a layer that rotates. */
  readonly anglesOf: (layer: number) => GPUBuffer;
  /** Most keys that a pass may see. */
  readonly maxKeys: number;
  /**
   * Makes room for passes over up to `numKeys` keys: `scores` and the angles are others from then on. Without room there are none, until
   * the next call. @throws OutOfMemoryError | LimitExceededError
   */
  readonly reach: (numKeys: number) => Promise<void>;
}

export interface ActivationsShape {
  readonly maxTokens: number;
  readonly maxKeys: number;
  readonly attentionKind: AttentionKind;
}

/** Allocates for passes of up to `maxTokens` tokens over up to `maxKeys` keys. @throws OutOfMemoryError | LimitExceededError */
export async function createActivations(
  gpu: Gpu,
  owner: BufferOwner,
  config: ModelConfig,
  { maxTokens, maxKeys, attentionKind }: ActivationsShape,
): Promise<Activations> {
  const sizes = activationSizes(config, maxTokens, attentionKind);
  const byKeys = createByKeys(gpu, owner, config, { maxTokens, attentionKind });
  const activations: Activations = {
    attentionKind,
    hidden: owner.storage('hidden', sizes.hidden),
    normed: owner.storage('normed', sizes.normed),
    qkv: owner.storage('qkv', sizes.qkv),
    q: owner.storage('q', sizes.q),
    attention: owner.storage('attention', sizes.attention),
    gateUp: owner.storage('gate and up', sizes.gateUp),
    gated: owner.storage('gated', sizes.gated),
    get scores() {
      return byKeys.current.scores;
    },
    factors: owner.storage('softmax factors', sizes.factors),
    headInput: owner.storage('head input', sizes.headInput),
    logits: owner.storage('logits', sizes.logits),
    deltaScales: config.delta && owner.storage('delta scales', sizes.deltaScales),
    ones: config.valueNorm ? owner.storage('ones', sizes.ones) : undefined,
    layerInputs: config.layerInputs && {
      projected: owner.storage('projected layer inputs', sizes.projectedInputs),
      rows: owner.storage('rows of layer inputs', sizes.inputRows),
    },
    anglesOf: (layer) => {
      const { angles, slidingAngles } = byKeys.current;
      return slidingAngles && windowOf(config, layer) < Infinity ? slidingAngles : angles;
    },
    get maxKeys() {
      return byKeys.maxKeys;
    },
    reach: byKeys.reach,
  };
  await owner.settled();
  if (config.delta && activations.deltaScales)
    gpu.write(activations.deltaScales, 0, deltaScales(config.delta));
  if (activations.ones) gpu.write(activations.ones, 0, new Float32Array(config.headDim).fill(1));
  await byKeys.reach(maxKeys);
  return activations;
}

interface ByKeys {
  readonly scores: GPUBuffer;
  readonly angles: GPUBuffer;
  readonly slidingAngles: GPUBuffer | undefined;
}

/** Buffers that grow with the keys of a pass; the ones before go first, as nothing in them is wanted. */
function createByKeys(
  gpu: Gpu,
  owner: BufferOwner,
  config: ModelConfig,
  { maxTokens, attentionKind }: Omit<ActivationsShape, 'maxKeys'>,
) {
  let buffers: ByKeys | undefined;
  let maxKeys = 0;
  const free = ({ scores, angles, slidingAngles }: ByKeys) => {
    owner.free([scores, angles, ...(slidingAngles ? [slidingAngles] : [])]);
  };
  return {
    get current() {
      invariant(buffers, 'a pass before there is room for one');
      return buffers;
    },
    get maxKeys() {
      return maxKeys;
    },
    reach: async (numKeys: number) => {
      if (buffers !== undefined && numKeys <= maxKeys) return;
      if (buffers) free(buffers);
      [buffers, maxKeys] = [undefined, 0];
      const sizes = keySizes(config, maxTokens, numKeys, attentionKind);
      const made = await owner.together(() => ({
        scores: owner.storage('attention scores', sizes.scores),
        angles: owner.storage('rope angles', sizes.angles),
        slidingAngles: config.sliding && owner.storage('sliding rope angles', sizes.slidingAngles),
      }));
      writeAngles(gpu, made.angles, numKeys, config);
      if (config.sliding && made.slidingAngles) {
        const rope = {
          rotaryDim: config.sliding.headDim ?? config.rotaryDim,
          ropeTheta: config.sliding.ropeTheta,
          ropeScalingFactor: 1,
          ropeMagnitude: 1,
        };
        writeAngles(gpu, made.slidingAngles, numKeys, rope);
      }
      [buffers, maxKeys] = [made, numKeys];
    },
  };
}

type Rope = Pick<
  ModelConfig,
  'rotaryDim' | 'ropeTheta' | 'ropeScalingFactor' | 'ropeFrequencyDivisors' | 'ropeMagnitude'
>;

/** Positions whose angles are in the heap at a time. */
const positionsAtOnce = 4096;

function writeAngles(gpu: Gpu, buffer: GPUBuffer, numPositions: number, rope: Rope): void {
  for (let first = 0; first < numPositions; first += positionsAtOnce) {
    const count = Math.min(positionsAtOnce, numPositions - first);
    gpu.write(buffer, 4 * first * rope.rotaryDim, ropeAngles(first, count, rope));
  }
}

/** (cos, sin) of position * frequency times the magnitude, computed in f64: angles reach thousands of radians. */
function ropeAngles(
  firstPosition: number,
  numPositions: number,
  { rotaryDim, ropeTheta, ropeScalingFactor, ropeFrequencyDivisors, ropeMagnitude }: Rope,
): Float32Array<ArrayBuffer> {
  const angles = new Float32Array(numPositions * rotaryDim);
  for (let i = 0; i < rotaryDim / 2; i++) {
    const divisor = ropeScalingFactor * (ropeFrequencyDivisors?.[i] ?? 1);
    const frequency = ropeTheta ** ((-2 * i) / rotaryDim) / divisor;
    for (let row = 0; row < numPositions; row++) {
      const angle = (firstPosition + row) * frequency;
      angles[row * rotaryDim + 2 * i] = ropeMagnitude * Math.cos(angle);
      angles[row * rotaryDim + 2 * i + 1] = ropeMagnitude * Math.sin(angle);
    }
  }
  return angles;
}
