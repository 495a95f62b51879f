// CPU twins of the gated delta rule and its convolution.
import { activate } from '../lib/activation.ref.ts';
import { at, type Data, type Twin } from '../testing/data.ts';
import type { deltaRuleCarry, deltaRuleConvolve, deltaRuleRecur } from './delta-rule.ts';

interface Channels {
  readonly num_tokens: number;
  readonly num_channels: number;
  readonly row_stride: number;
  readonly length: number;
}

/** A channel's columns: those that are carried, then those of the tokens. */
function columnsOf(x: Data, carried: Data, u: Channels, channel: number): readonly number[] {
  const before = Array.from({ length: u.length - 1 }, (_, i) => at(carried, i * u.num_channels + channel));
  const own = Array.from({ length: u.num_tokens }, (_, t) => at(x, t * u.row_stride + channel));
  return [...before, ...own];
}

export const deltaRuleConvolveTwin: Twin<typeof deltaRuleConvolve> = ({ x, w, carried, y }, u, o) => {
  for (let channel = 0; channel < u.num_channels; channel++) {
    const columns = columnsOf(x, carried, u, channel);
    for (let t = 0; t < u.num_tokens; t++) {
      const taps = columns.slice(t, t + u.length);
      const sum = taps.reduce((total, column, j) => total + at(w, channel * u.length + j) * column, 0);
      y[t * u.num_channels + channel] = activate(sum, o.ACTIVATION);
    }
  }
};

export const deltaRuleCarryTwin: Twin<typeof deltaRuleCarry> = ({ x, carried }, u) => {
  for (let channel = 0; channel < u.num_channels; channel++) {
    const last = columnsOf(x, carried, u, channel).slice(u.num_tokens);
    last.forEach((column, i) => (carried[i * u.num_channels + channel] = column));
  }
};

export const deltaRuleRecurTwin: Twin<typeof deltaRuleRecur> = ({ x, qkv, w, carried, y }, u) => {
  const { num_key_heads: keyHeads, num_value_heads: valueHeads, state_dim: size } = u;
  const width = (2 * keyHeads + valueHeads) * size;
  for (let head = 0; head < valueHeads; head++) {
    const base = u.state_offset + head * size * size;
    // state[v][k], in float64 until the last token is read
    const state = Array.from({ length: size }, (_, v) =>
      Array.from({ length: size }, (_, k) => at(carried, base + v * size + k)),
    );
    for (let t = 0; t < u.num_tokens; t++) {
      const gates = t * u.row_stride + u.first_gate + head;
      const beta = 1 / (1 + Math.exp(-at(x, gates)));
      const alpha = at(x, gates + valueHeads) + at(w, valueHeads + head);
      const step = alpha > 700 ? alpha : Math.log1p(Math.exp(alpha));
      const kept = Math.exp(at(w, head) * step);
      const query = t * width + (head % keyHeads) * size;
      const key = query + keyHeads * size;
      const value = t * width + (2 * keyHeads + head) * size;
      state.forEach((row, v) => {
        row.forEach((s, k) => (row[k] = s * kept));
        const known = row.reduce((sum, s, k) => sum + s * at(qkv, key + k), 0);
        const change = beta * (at(qkv, value + v) - known);
        row.forEach((s, k) => (row[k] = s + change * at(qkv, key + k)));
        y[(t * valueHeads + head) * size + v] = row.reduce((sum, s, k) => sum + s * at(qkv, query + k), 0);
      });
    }
    state.forEach((row, v) => {
      row.forEach((s, k) => (carried[base + v * size + k] = s));
    });
  }
};
