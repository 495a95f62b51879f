// What the strategy layer (ILRe, arXiv 2508.17892) chooses by: the attention that a question pays to the keys of one layer, all of a
// document's at once.
import { invariant, type GatherSettings } from '@longread/core';
import { planGather } from './gather.ts';
import type { TokenScores } from './token-scores.ts';

/** Widths of the neighbourhoods that share the gather size: single facts, sentences, paragraphs. */
export const layerWindows: readonly number[] = [9, 33, 129];

/**
 * Adds to `sums[j]` the probability softmax_j(scale q . k_j) of one query over all keys.
 *
 * @param query `[headDim]`, before rotation, as the keys are: over a whole document there is no position within the window.
 * @param keys `[numTokens, rowFloats]`, this head's `headDim` floats from `column` on.
 * @param sums `[numTokens]`
 * @param scale of the model's attention.
 */
export function addAttention(
  sums: Float64Array,
  query: Float32Array,
  keys: Float32Array,
  {
    rowFloats,
    column,
    scale,
  }: { readonly rowFloats: number; readonly column: number; readonly scale: number },
): void {
  const numTokens = sums.length;
  const headDim = query.length;
  invariant(keys.length === numTokens * rowFloats, `${keys.length} floats of ${numTokens} keys`);
  const logits = new Float64Array(numTokens);
  let top = -Infinity;
  for (let token = 0, at = column; token < numTokens; token++, at += rowFloats) {
    let dot = 0;
    for (let d = 0; d < headDim; d++) dot += (query[d] ?? NaN) * (keys[at + d] ?? NaN);
    const logit = scale * dot;
    logits[token] = logit;
    if (logit > top) top = logit;
  }
  let total = 0;
  for (let token = 0; token < numTokens; token++) {
    const p = Math.exp((logits[token] ?? NaN) - top);
    logits[token] = p;
    total += p;
  }
  for (let token = 0; token < numTokens; token++)
    sums[token] = (sums[token] ?? NaN) + (logits[token] ?? NaN) / total;
}

/**
 * The tokens to recompute: each window in turn takes an equal part of `settings.gatherSize`, of what is not taken yet the best by the
 * maximum over it; the ends of the document are kept.
 *
 * @returns `[min(gatherSize, numTokens)]` strictly increasing positions.
 */
export function planWindows(
  scores: TokenScores,
  settings: GatherSettings,
  windows: readonly number[] = layerWindows,
): Uint32Array<ArrayBuffer> {
  const size = Math.min(settings.gatherSize, scores.length);
  let taken: Uint32Array<ArrayBuffer> = new Uint32Array();
  for (const [i, smoothWindow] of windows.entries()) {
    const isLast = i === windows.length - 1;
    const share = Math.round((size * (i + 1)) / windows.length);
    const own = { ...settings, smoothWindow, keepEnds: isLast ? settings.keepEnds : 0 };
    taken = planGather(scores, own, { size: share, taken });
  }
  return taken;
}
