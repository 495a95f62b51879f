// CPU twins of the gated short convolution.
import { at, type Data, type Twin } from '../testing/data.ts';
import type { shortConvolutionCarry, shortConvolutionMix } from './short-convolution.ts';

interface Shape {
  readonly num_tokens: number;
  readonly hidden_size: number;
  readonly length: number;
}

/** Products of input gate and input of a channel: those that are carried, then those of the tokens. */
function productsOf(x: Data, carried: Data, u: Shape, channel: number): readonly number[] {
  const before = Array.from({ length: u.length - 1 }, (_, i) => at(carried, i * u.hidden_size + channel));
  const own = Array.from({ length: u.num_tokens }, (_, t) => {
    const row = 3 * t * u.hidden_size + channel;
    return at(x, row) * at(x, row + 2 * u.hidden_size);
  });
  return [...before, ...own];
}

export const shortConvolutionMixTwin: Twin<typeof shortConvolutionMix> = ({ x, w, carried, y }, u) => {
  for (let channel = 0; channel < u.hidden_size; channel++) {
    const products = productsOf(x, carried, u, channel);
    for (let t = 0; t < u.num_tokens; t++) {
      const taps = products.slice(t, t + u.length);
      const sum = taps.reduce((total, product, j) => total + at(w, channel * u.length + j) * product, 0);
      y[t * u.hidden_size + channel] = at(x, (3 * t + 1) * u.hidden_size + channel) * sum;
    }
  }
};

export const shortConvolutionCarryTwin: Twin<typeof shortConvolutionCarry> = ({ x, carried }, u) => {
  for (let channel = 0; channel < u.hidden_size; channel++) {
    const last = productsOf(x, carried, u, channel).slice(u.num_tokens);
    last.forEach((product, i) => (carried[i * u.hidden_size + channel] = product));
  }
};
