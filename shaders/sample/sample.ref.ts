// CPU twin of sample: penalty, then greedy, or softmax restricted by top-k, top-p and min-p and a Gumbel-max draw.
import { gumbel } from './gumbel.ref.ts';
import { at, type Data, type Twin } from '../testing/data.ts';
import type { sample } from './sample.ts';

export type SampleUniforms = Readonly<
  Record<(typeof sample.bodies.plain)['uniforms'][number]['name'], number>
>;

/** Tokens that may be drawn, with their probabilities after the restrictions; the most probable first. */
export function restricted(logits: Data, u: SampleUniforms): { readonly id: number; readonly p: number }[] {
  const sorted = [...logits.keys()]
    .filter((id) => !Number.isNaN(at(logits, id)))
    .sort((a, b) => at(logits, b) - at(logits, a));
  const top = at(logits, sorted[0] ?? 0);
  const weigh = (id: number) => Math.exp((at(logits, id) - top) / u.temperature);
  const lastOfTopK = sorted[u.top_k > 0 ? u.top_k - 1 : sorted.length - 1];
  const topK =
    lastOfTopK === undefined ? sorted : sorted.filter((id) => at(logits, id) >= at(logits, lastOfTopK));
  let left = u.top_p >= 1 ? Infinity : u.top_p * topK.reduce((sum, id) => sum + weigh(id), 0);
  let last = Infinity;
  const kept = topK.filter((id) => {
    const isKept = left > 0 || at(logits, id) === last || id === topK[0];
    left -= weigh(id);
    if (isKept) last = at(logits, id);
    return isKept && weigh(id) >= Math.min(u.min_p, 1);
  });
  const total = kept.reduce((sum, id) => sum + weigh(id), 0);
  return kept.map((id) => ({ id, p: weigh(id) / total }));
}

/** Scores whose highest is drawn. */
export function perturbedScores(
  logits: Data,
  u: SampleUniforms,
): { readonly id: number; readonly score: number }[] {
  const kept = restricted(logits, u);
  const top = at(logits, kept[0]?.id ?? 0);
  const score = (id: number) => Math.fround(Math.fround(at(logits, id) - top) / u.temperature);
  return kept.map(({ id }) => ({ id, score: score(id) + gumbel([u.seed, u.step, id]) }));
}

export const sampleTwin: Twin<typeof sample> = ({ logits, history, token }, u) => {
  for (const id of new Set(history.subarray(0, u.history_size))) {
    if (id >= u.vocab_size || u.repetition_penalty === 1) continue;
    const logit = at(logits, id);
    logits[id] = logit > 0 ? logit / u.repetition_penalty : logit * u.repetition_penalty;
  }
  const vocabulary = logits.subarray(0, u.vocab_size);
  const candidates =
    u.temperature > 0
      ? perturbedScores(vocabulary, u)
      : Array.from(vocabulary, (logit, id) => ({ id, score: logit })).filter(
          ({ score }) => !Number.isNaN(score),
        );
  const first = { id: 0, score: -Infinity };
  token[0] = candidates.reduce((best, other) => (other.score > best.score ? other : best), first).id;
};
