// A model's forward pass in float64 and straight loops, from dequantised weights: what accepted models must compute. It shares nothing
// with the kernels or their twins; what a wrong size does to them it cannot do. Read this first.
import {
  isCarrying,
  rotaryDimOf,
  windowOf,
  type DeltaLayers,
  type LayerTensorRole,
  type ModelConfig,
  type TensorId,
} from '@longread/core';
import type { ModelFile, ModelTensor } from '@longread/formats';
import { readTensor } from '@longread/formats/testing';
import { convolve, deltaStep, type DeltaState } from './reference-carrying.ts';

/** A matrix `[rows, cols]`. */
interface Weights {
  readonly cols: number;
  readonly values: Float32Array;
}

export interface Pass {
  /** After the last token. */
  readonly logits: Float64Array;
  /** Per layer that attends `[numTokens, numHeads + 2 numKvHeads, headDim]`: query, key and value heads, normalised, before rotation. */
  readonly qkv: readonly (readonly Float64Array[])[];
}

export type Reference = (ids: ArrayLike<number>) => Pass;

/** All values of a tensor of the file. */
export type ValuesOf = (tensor: ModelTensor) => Float32Array | Promise<Float32Array>;

/** `valuesOf` reads weights in another way than the engine's. */
export async function createReference(file: ModelFile, valuesOf?: ValuesOf): Promise<Reference> {
  const run = await createLayers(file, valuesOf);
  return (ids) => {
    const qkv: (readonly Float64Array[])[] = [];
    const logits = run(ids, (rows, layer) => {
      qkv[layer] = rows;
      return attend(rows, file.config, layer);
    });
    return { logits, qkv };
  };
}

/**
 * Heads' outputs of a layer's tokens, `[numTokens][numHeads headDim]`, from their projections
 * `[numTokens][(numHeads + 2 numKvHeads) headDim]`.
 */
export type Attend = (rows: readonly Float64Array[], layer: number) => readonly Float64Array[];

/**
 * All of the model but attention: runs tokens through it with an attention of the caller's. @returns logits after the last token
 *
 * @param goesOn whether convolutions see the tokens of the call before; else nothing is before the first token.
 */
export async function createLayers(
  file: ModelFile,
  valuesOf: ValuesOf = (tensor) => readTensor(file, tensor),
  goesOn = false,
): Promise<(ids: ArrayLike<number>, attention: Attend) => Float64Array> {
  const { config } = file;
  const tensors = new Map<string, Weights>();
  for (const tensor of file.tensors)
    tensors.set(nameOf(tensor.id), {
      cols: tensor.layout.cols,
      values: behind(tensors.get(nameOf(tensor.id))?.values, await valuesOf(tensor)),
    });
  const weights = (id: TensorId): Weights => {
    const found = tensors.get(nameOf(id));
    if (found === undefined) throw new Error(`the file has no ${nameOf(id)}`);
    return found;
  };
  const head = weights({ role: config.tiedEmbeddings ? 'tokenEmbedding' : 'lmHead' });
  /** By layer: input gate * input of all tokens so far. */
  const convolved: Float64Array[][] = [];
  const deltas: DeltaState[] = [];
  return (ids, attention) => {
    if (!goesOn) convolved.length = deltas.length = 0;
    const embedding = weights({ role: 'tokenEmbedding' });
    const hidden = Array.from(ids, (id) => rowOf(embedding, id).map((x) => x * config.embeddingScale));
    for (let layer = 0; layer < config.numLayers; layer++) {
      const of = (role: LayerTensorRole) => weights({ role, layer });
      const normPre = (role: 'attentionNorm' | 'mlpNorm', x: Float64Array) =>
        config.preNorms ? rmsNorm(x, weights({ role, layer }), config.rmsNormEps) : x;
      const normed = hidden.map((x) => normPre('attentionNorm', x));
      const normHeads = (role: 'queryNorm' | 'keyNorm', row: Float64Array) => {
        if (config.qkNorm === false) return row;
        const change = (head: Float64Array) => rmsNorm(head, weights({ role, layer }), config.rmsNormEps);
        return config.qkNorm === 'each-head' ? eachHead(row, config, change) : change(row);
      };
      const project = (role: 'query' | 'key' | 'value', x: Float64Array) => {
        const y = times(of(role), x);
        if (config.qkvBias) add(y, Float64Array.from(weights({ role: `${role}Bias`, layer }).values));
        return y;
      };
      const rows = () =>
        normed.map((x) =>
          Float64Array.of(
            ...normHeads('queryNorm', project('query', x)),
            ...normHeads('keyNorm', project('key', x)),
            ...project('value', x),
          ),
        );
      const normPost = (role: 'postAttentionNorm' | 'postMlpNorm', y: Float64Array) =>
        config.postNorms ? rmsNorm(y, weights({ role, layer }), config.rmsNormEps) : y;
      const { delta } = config;
      if (delta?.isDelta[layer] === true) {
        const state = (deltas[layer] ??= { columns: [], memories: [] });
        normed.forEach((x, t) => {
          const y = recur(delta, of, x, state, config.rmsNormEps);
          add(hidden[t], normPost('postAttentionNorm', times(of('deltaOutput'), y)));
        });
      } else if (isCarrying(config, layer)) {
        const before = (convolved[layer] ??= []);
        normed.forEach((x, t) => {
          const y = convolve(times(of('convolutionInput'), x), before, of('convolution').values);
          add(hidden[t], normPost('postAttentionNorm', times(of('convolutionOutput'), y)));
        });
      } else {
        attention(rows(), layer).forEach((y, t) => {
          const gates = config.attentionGate ? times(of('attentionGate'), normed[t] ?? y) : undefined;
          const gated = y.map((value, i) => (gates ? value * sigmoid(gates[i] ?? NaN) : value));
          add(hidden[t], normPost('postAttentionNorm', times(of('attentionOutput'), gated)));
        });
      }
      for (const x of hidden) {
        const h = normPre('mlpNorm', x);
        const up = times(of('up'), h);
        const gated = times(of('gate'), h).map(
          (gate, i) => activations[config.activation](gate) * (up[i] ?? NaN),
        );
        add(x, normPost('postMlpNorm', times(of('down'), gated)));
      }
    }
    const last = hidden.at(-1) ?? new Float64Array();
    const logits = times(head, rmsNorm(last, weights({ role: 'outputNorm' }), config.rmsNormEps));
    return logits.map((logit) => logit * config.logitScale);
  };
}

/** One token of a layer with the delta rule, up to its output projection. */
function recur(
  delta: DeltaLayers,
  of: (role: LayerTensorRole) => Weights,
  x: Float64Array,
  state: DeltaState,
  eps: number,
): Float64Array {
  const tensors = {
    convolution: of('deltaConvolution').values,
    decay: of('deltaDecay').values,
    timeBias: of('deltaTimeBias').values,
  };
  const token = {
    channels: times(of('deltaChannels'), x),
    beta: times(of('deltaBeta'), x),
    alpha: times(of('deltaAlpha'), x),
  };
  const heads = deltaStep(delta, tensors, token, state).map((y) => rmsNorm(y, of('deltaNorm'), eps));
  const values = Float64Array.of(...heads.flatMap((y) => [...y]));
  return times(of('deltaGate'), x).map((gate, i) => activations.silu(gate) * (values[i] ?? NaN));
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

const activations: Readonly<Record<ModelConfig['activation'], (x: number) => number>> = {
  silu: (x) => x / (1 + Math.exp(-x)),
  'gelu-tanh': (x) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
};

/** Rows that come by turns with others are several tensors. */
function behind(first: Float32Array | undefined, second: Float32Array): Float32Array {
  if (first === undefined) return second;
  const both = new Float32Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

const nameOf = (id: TensorId): string => ('layer' in id ? `${id.role} of layer ${id.layer}` : id.role);

function rowOf({ cols, values }: Weights, row: number): Float64Array {
  return Float64Array.from(values.subarray(row * cols, (row + 1) * cols));
}

function times({ cols, values }: Weights, x: Float64Array): Float64Array {
  const y = new Float64Array(values.length / cols);
  for (let row = 0; row < y.length; row++) {
    let sum = 0;
    for (let c = 0; c < cols; c++) sum += (values[row * cols + c] ?? NaN) * (x[c] ?? NaN);
    y[row] = sum;
  }
  return y;
}

function add(x: Float64Array | undefined, y: Float64Array): void {
  y.forEach((value, i) => {
    if (x) x[i] = (x[i] ?? NaN) + value;
  });
}

function rmsNorm(x: Float64Array, { values }: Weights, eps: number): Float64Array {
  const mean = x.reduce((sum, value) => sum + value ** 2, 0) / x.length;
  return x.map((value, i) => (value * (values[i] ?? NaN)) / Math.sqrt(mean + eps));
}

/** A row of heads, each changed by itself. */
function eachHead(
  row: Float64Array,
  { headDim }: ModelConfig,
  change: (head: Float64Array) => Float64Array,
): Float64Array {
  const changed = row.slice();
  for (let at = 0; at < row.length; at += headDim) changed.set(change(row.subarray(at, at + headDim)), at);
  return changed;
}

/** Causal attention of every token, its heads side by side. */
function attend(rows: readonly Float64Array[], config: ModelConfig, layer: number): Float64Array[] {
  const { numHeads, numKvHeads, headDim } = config;
  const window = windowOf(config, layer);
  const rope = ropeOf(config, layer);
  const part = (row: Float64Array, head: number) => row.subarray(head * headDim, (head + 1) * headDim);
  const rotated = rows.map((row, position) =>
    Array.from({ length: numHeads + numKvHeads }, (_, head) => rotate(part(row, head), position, rope)),
  );
  return rows.map((_, t) => {
    const y = new Float64Array(numHeads * headDim);
    for (let head = 0; head < numHeads; head++) {
      const kv = Math.floor(head / (numHeads / numKvHeads));
      const q = rotated[t]?.[head];
      const scores = rotated
        .slice(0, t + 1)
        .map((keys, s) => (t - s < window ? dot(q, keys[numHeads + kv]) * config.attentionScale : -Infinity));
      const top = Math.max(...scores);
      const p = scores.map((score) => Math.exp(score - top));
      const total = p.reduce((sum, value) => sum + value, 0);
      p.forEach((weight, s) => {
        const value = part(rows[s] ?? y, numHeads + numKvHeads + kv);
        value.forEach(
          (v, d) => (y[head * headDim + d] = (y[head * headDim + d] ?? NaN) + (weight / total) * v),
        );
      });
    }
    return y;
  });
}

type Rope = Pick<
  ModelConfig,
  'rotaryDim' | 'ropeTheta' | 'ropeScalingFactor' | 'ropeMagnitude' | 'ropeFrequencyDivisors' | 'ropePairing'
>;

/** How a layer rotates. */
export function ropeOf(config: ModelConfig, layer: number): Rope {
  const { sliding, ropePairing } = config;
  const rotaryDim = rotaryDimOf(config, layer);
  return sliding?.isSliding[layer] === true
    ? { rotaryDim, ropeTheta: sliding.ropeTheta, ropeScalingFactor: 1, ropeMagnitude: 1, ropePairing }
    : { ...config, rotaryDim };
}

/** Pair i by position * theta^(-2 i / rotaryDim) / (factor * divisor i), times the magnitude; what does not rotate stays. */
export function rotate(vector: Float64Array, position: number, rope: Rope): Float64Array {
  const half = rope.rotaryDim / 2;
  const inHalves = rope.ropePairing === 'half';
  return vector.map((value, d) => {
    if (d >= rope.rotaryDim) return value;
    const pair = inHalves ? d % half : Math.floor(d / 2);
    const isFirst = inHalves ? d < half : d % 2 === 0;
    const distance = inHalves ? half : 1;
    const other = vector[isFirst ? d + distance : d - distance] ?? NaN;
    const divisor = rope.ropeScalingFactor * (rope.ropeFrequencyDivisors?.[pair] ?? 1);
    const angle = (position * rope.ropeTheta ** (-pair / half)) / divisor;
    return rope.ropeMagnitude * (value * Math.cos(angle) + (isFirst ? -1 : 1) * other * Math.sin(angle));
  });
}

export function dot(a: Float64Array | undefined, b: Float64Array | undefined): number {
  let sum = 0;
  if (a && b) for (let i = 0; i < a.length; i++) sum += (a[i] ?? NaN) * (b[i] ?? NaN);
  return sum;
}
