// Attention of the float64 reference: rotation, and what each token makes of those before it.
import { headDimOf, rotaryDimOf, windowOf, type ModelConfig } from '@longread/core';

/** Causal attention of every token, its heads side by side. */
export function attend(rows: readonly Float64Array[], config: ModelConfig, layer: number): Float64Array[] {
  const { numHeads, numKvHeads } = config;
  const headDim = headDimOf(config, layer);
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
