// A model's forward pass in float64 and straight loops, from dequantised weights: what accepted models must compute. It shares nothing
// with the kernels or their twins; what a wrong size does to them it cannot do. Read this first.
import {
  headDimOf,
  isCarrying,
  isSharing,
  keysOfLayer,
  type DeltaLayers,
  type LayerTensorRole,
  type ModelConfig,
  type TensorId,
} from '@longread/core';
import type { ModelFile, ModelTensor } from '@longread/formats';
import { readTensor } from '@longread/formats/testing';
import { attend } from './reference-attention.ts';
import { convolve, deltaStep, type DeltaState } from './reference-carrying.ts';

/** A matrix `[rows, cols]`. */
interface Weights {
  readonly cols: number;
  readonly values: Float32Array;
}

export interface Pass {
  /** After the last token. */
  readonly logits: Float64Array;
  /**
   * Per layer that attends `[numTokens, numHeads + 2 numKvHeads, headDim]`: query, key and value heads, normalised, before rotation. Of a
   * layer that shares keys and values those of the layer that it shares with.
   */
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
  const table = await layerRows(file);
  /** By layer: input gate * input of all tokens so far. */
  const convolved: Float64Array[][] = [];
  const deltas: DeltaState[] = [];
  return (ids, attention) => {
    if (!goesOn) convolved.length = deltas.length = 0;
    const embedding = weights({ role: 'tokenEmbedding' });
    const hidden = Array.from(ids, (id) => rowOf(embedding, id).map((x) => x * config.embeddingScale));
    const inputs = hidden.map((x, t) =>
      table ? layerInputsOf(config, weights, x, table(ids[t] ?? NaN)) : [],
    );
    /** By layer that others may share with: its rows. */
    const keysAndValues: (readonly Float64Array[])[] = [];
    for (let layer = 0; layer < config.numLayers; layer++) {
      const of = (role: LayerTensorRole) => weights({ role, layer });
      const headDim = headDimOf(config, layer);
      const normPre = (role: 'attentionNorm' | 'mlpNorm', x: Float64Array) =>
        config.preNorms ? rmsNorm(x, weights({ role, layer }), config.rmsNormEps) : x;
      const normed = hidden.map((x) => normPre('attentionNorm', x));
      const normHeads = (role: 'queryNorm' | 'keyNorm', row: Float64Array) => {
        if (config.qkNorm === false) return row;
        const change = (head: Float64Array) => rmsNorm(head, weights({ role, layer }), config.rmsNormEps);
        return config.qkNorm === 'each-head' ? eachHead(row, headDim, change) : change(row);
      };
      const normValues = (row: Float64Array) =>
        config.valueNorm
          ? eachHead(row, headDim, (value) => rmsNorm(value, ones(headDim), config.rmsNormEps))
          : row;
      const project = (role: 'query' | 'key' | 'value', x: Float64Array) => {
        const y = times(of(role), x);
        if (config.qkvBias) add(y, Float64Array.from(weights({ role: `${role}Bias`, layer }).values));
        return y;
      };
      const rows = () =>
        normed.map((x, t) =>
          Float64Array.of(
            ...normHeads('queryNorm', project('query', x)),
            ...(isSharing(config, layer)
              ? (keysAndValues[keysOfLayer(config, layer)]?.[t] ?? x).slice(config.numHeads * headDim)
              : [...normHeads('keyNorm', project('key', x)), ...normValues(project('value', x))]),
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
        const ofLayer = rows();
        keysAndValues[layer] = ofLayer;
        attention(ofLayer, layer).forEach((y, t) => {
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
      const scale = config.layerScales?.[layer] ?? 1;
      hidden.forEach((x, t) => {
        const input = inputs[t]?.[layer];
        if (input) {
          const gated = times(of('inputGate'), x).map(
            (g, i) => activations[config.activation](g) * (input[i] ?? NaN),
          );
          add(x, rmsNorm(times(of('inputProjection'), gated), of('postInputNorm'), config.rmsNormEps));
        }
        x.forEach((value, i) => (x[i] = value * scale));
      });
    }
    const last = hidden.at(-1) ?? new Float64Array();
    const logits = times(head, rmsNorm(last, weights({ role: 'outputNorm' }), config.rmsNormEps));
    const { logitScale, logitCap: cap } = config;
    return logits.map((logit) =>
      cap === undefined ? logit * logitScale : cap * Math.tanh((logit * logitScale) / cap),
    );
  };
}

/** The table that layers get their inputs from, by token; undefined where there is none. */
async function layerRows({
  config,
  layerInputsOf,
}: ModelFile): Promise<((id: number) => Float64Array) | undefined> {
  if (!layerInputsOf) return undefined;
  const all = await layerInputsOf(Array.from({ length: config.vocabSize }, (_, id) => id));
  const cols = all.length / config.vocabSize;
  return (id) => Float64Array.from(all.subarray(id * cols, (id + 1) * cols));
}

/** `[numLayers][size]`: what a token brings to each layer, of its embedding `x` and its row of the table. */
function layerInputsOf(
  { layerInputs, rmsNormEps, hiddenSize }: ModelConfig,
  weights: (id: TensorId) => Weights,
  x: Float64Array,
  row: Float64Array,
): readonly Float64Array[] {
  const size = layerInputs?.size ?? 0;
  const projected = times(weights({ role: 'layerInputs' }), x).map((value) => value / Math.sqrt(hiddenSize));
  return Array.from({ length: row.length / size }, (_, layer) => {
    const part = (of: Float64Array) => of.slice(layer * size, (layer + 1) * size);
    const ofTable = part(row);
    return rmsNorm(part(projected), weights({ role: 'layerInputsNorm' }), rmsNormEps).map(
      (value, i) => (value + Math.sqrt(size) * (ofTable[i] ?? NaN)) / Math.SQRT2,
    );
  });
}

/** Weights of a norm without any. */
const ones = (cols: number): Weights => ({ cols, values: new Float32Array(cols).fill(1) });

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
  headDim: number,
  change: (head: Float64Array) => Float64Array,
): Float64Array {
  const changed = row.slice();
  for (let at = 0; at < row.length; at += headDim) changed.set(change(row.subarray(at, at + headDim)), at);
  return changed;
}
