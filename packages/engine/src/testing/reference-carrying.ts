// What stands in the place of attention, in float64 and straight loops, token by token, for reference.ts.
import type { DeltaLayers } from '@longread/core';

/**
 * One token of a gated short convolution, `[input gate, output gate, input]`, behind the products of input gate and input of all tokens
 * before it, to which its own is added.
 */
export function convolve(row: Float64Array, before: Float64Array[], values: ArrayLike<number>): Float64Array {
  const size = row.length / 3;
  const length = values.length / size;
  before.push(row.slice(0, size).map((gate, c) => gate * (row[2 * size + c] ?? NaN)));
  return row.slice(size, 2 * size).map((gate, c) => {
    let sum = 0;
    for (let back = 0; back < length; back++)
      sum += (values[c * length + length - 1 - back] ?? NaN) * (before.at(-1 - back)?.[c] ?? 0);
    return gate * sum;
  });
}

/** What a layer with the gated delta rule goes on from. */
export interface DeltaState {
  /** Channels of all tokens so far, before the convolution. */
  readonly columns: Float64Array[];
  /** By value head `[headDim of keys][headDim of values]`; empty before the first token. */
  readonly memories: number[][][];
}

export interface DeltaToken {
  /** Query heads, key heads, value heads as they are projected. */
  readonly channels: Float64Array;
  /** A number a value head each. */
  readonly beta: Float64Array;
  readonly alpha: Float64Array;
}

export interface DeltaTensors {
  /** `[channels, length]` */
  readonly convolution: ArrayLike<number>;
  /** `[numValueHeads]` each. */
  readonly decay: ArrayLike<number>;
  readonly timeBias: ArrayLike<number>;
}

/** `[numValueHeads][headDim]`: what a token reads, not normalised yet. `state` goes on to behind it. */
export function deltaStep(
  { numKeyHeads, numValueHeads, headDim, length }: DeltaLayers,
  { convolution, decay, timeBias }: DeltaTensors,
  { channels, beta, alpha }: DeltaToken,
  { columns, memories }: DeltaState,
): Float64Array[] {
  columns.push(channels);
  const mixed = channels.map((_, c) => {
    let sum = 0;
    for (let back = 0; back < length; back++)
      sum += (convolution[(c + 1) * length - 1 - back] ?? NaN) * (columns.at(-1 - back)?.[c] ?? 0);
    return sum / (1 + Math.exp(-sum));
  });
  const part = (head: number) => mixed.slice(head * headDim, (head + 1) * headDim);
  return Array.from({ length: numValueHeads }, (_, head) => {
    const ofKeys = head % numKeyHeads;
    const query = unit(part(ofKeys)).map((q) => q / Math.sqrt(headDim));
    const key = unit(part(numKeyHeads + ofKeys));
    const value = part(2 * numKeyHeads + head);
    const step = Math.log1p(Math.exp((alpha[head] ?? NaN) + (timeBias[head] ?? NaN)));
    const kept = Math.exp((decay[head] ?? NaN) * step);
    const rate = 1 / (1 + Math.exp(-(beta[head] ?? NaN)));
    const memory = (memories[head] ??= Array.from(key, () => Array.from(value, () => 0))).map((row) =>
      row.map((m) => m * kept),
    );
    const known = value.map((_, v) =>
      memory.reduce((sum, row, k) => sum + (row[v] ?? NaN) * (key[k] ?? NaN), 0),
    );
    memories[head] = memory.map((row, k) =>
      row.map((m, v) => m + (key[k] ?? NaN) * rate * ((value[v] ?? NaN) - (known[v] ?? NaN))),
    );
    return value.map(
      (_, v) => memories[head]?.reduce((sum, row, k) => sum + (row[v] ?? NaN) * (query[k] ?? NaN), 0) ?? NaN,
    );
  });
}

function unit(x: Float64Array): Float64Array {
  const square = x.reduce((sum, value) => sum + value ** 2, 0);
  return x.map((value) => value / Math.sqrt(square + 1e-6));
}
