// InfLLM (arXiv 2402.04617) in float64 and straight loops, as docs/method.md says it: what the strategy pages must compute.
import type { ModelFile } from '@longread/formats';
import { createLayers } from './reference.ts';
import { dot, rotate } from './reference-attention.ts';

interface Token {
  /** `[numKvHeads][headDim]` */
  readonly keys: readonly Float64Array[];
  readonly values: readonly Float64Array[];
  /** `[numKvHeads]`: attention while it was new. */
  readonly received: number[];
}

export interface PagesRead {
  readonly logits: Float64Array;
  /** Tokens before the chunk that it saw. */
  readonly numSeen: number;
  /** Least distance between the scores of a page that was chosen and of one that was not; Infinity where all were. */
  readonly margin: number;
}

export async function createPagesReference(
  file: ModelFile,
  shape: {
    readonly sinks: number;
    readonly pageTokens: number;
    readonly numPages: number;
    readonly recent: number;
  },
): Promise<(ids: ArrayLike<number>) => PagesRead> {
  const { numLayers, numHeads, numKvHeads, headDim } = file.config;
  const groupSize = numHeads / numKvHeads;
  const run = await createLayers(file);
  const told: Token[][] = Array.from({ length: numLayers }, () => []);
  const part = (row: Float64Array, head: number) => row.subarray(head * headDim, (head + 1) * headDim);
  const heads = (row: Float64Array, first: number) =>
    Array.from({ length: numKvHeads }, (_, kv) => part(row, first + kv));

  return (ids) => {
    let numSeen = 0;
    let margin = Infinity;
    const logits = run(ids, (rows, layer) => {
      const tokens = told[layer] ?? [];
      // From the newest back to where a page begins.
      let oldest = Math.max(0, tokens.length - shape.recent);
      if (oldest <= shape.sinks) oldest = 0;
      else while ((oldest - shape.sinks) % shape.pageTokens !== 0) oldest += 1;
      const pages: Token[][] = [];
      for (let at = shape.sinks; at < oldest; at += shape.pageTokens)
        pages.push(tokens.slice(at, at + shape.pageTokens));
      const scores = pages.map((page) => {
        let score = 0;
        for (let head = 0; head < numHeads; head++) {
          const kv = Math.floor(head / groupSize);
          const best = [...page]
            .sort((a, b) => (b.received[kv] ?? NaN) - (a.received[kv] ?? NaN))
            .slice(0, 4);
          for (const row of rows)
            for (const token of best)
              score += dot(part(row, head), token.keys[kv]) / rows.length / best.length;
        }
        return score;
      });
      const ranking = [...scores.keys()].sort((a, b) => (scores[b] ?? NaN) - (scores[a] ?? NaN));
      const chosen = new Set(ranking.slice(0, shape.numPages));
      const [last, next] = [ranking[shape.numPages - 1], ranking[shape.numPages]];
      if (last !== undefined && next !== undefined)
        margin = Math.min(margin, (scores[last] ?? NaN) - (scores[next] ?? NaN));
      const seen = [
        ...(oldest > 0 ? tokens.slice(0, shape.sinks) : []),
        ...pages.filter((_, page) => chosen.has(page)).flat(),
        ...tokens.slice(oldest),
      ];
      numSeen = seen.length;
      const chunk = rows.map((row) => ({
        keys: heads(row, numHeads),
        values: heads(row, numHeads + numKvHeads),
        received: Array.from({ length: numKvHeads }, () => 0),
      }));
      const all = [...seen, ...chunk];
      const isNew = new Set([...tokens.slice(oldest), ...chunk]);
      const outputs = rows.map(() => new Float64Array(numHeads * headDim));
      for (let head = 0; head < numHeads; head++) {
        const kv = Math.floor(head / groupSize);
        const keys = all.map((token, slot) =>
          rotate(token.keys[kv] ?? new Float64Array(), slot, file.config),
        );
        for (const [t, row] of rows.entries()) {
          const slot = seen.length + t;
          const q = rotate(part(row, head), slot, file.config);
          const weights = keys.slice(0, slot + 1).map((key) => Math.exp(dot(q, key) / Math.sqrt(headDim)));
          const total = weights.reduce((sum, weight) => sum + weight, 0);
          const y = part(outputs[t] ?? row, head);
          for (const [i, weight] of weights.entries()) {
            const token = all[i];
            if (token === undefined) throw new Error(`no token at ${i}`);
            if (isNew.has(token)) token.received[kv] = (token.received[kv] ?? NaN) + weight / total;
            token.values[kv]?.forEach((v, d) => (y[d] = (y[d] ?? NaN) + (weight / total) * v));
          }
        }
      }
      told[layer] = [...tokens, ...chunk];
      return outputs;
    });
    return { logits, numSeen, margin };
  };
}
