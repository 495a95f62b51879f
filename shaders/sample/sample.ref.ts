// CPU twin of sample: penalty, then greedy, or softmax restricted by top-k, top-p and min-p and a Gumbel-max draw.
import { gumbel } from './gumbel.ref.ts';
import { at, type Data, type Twin } from '../testing/data.ts';
import { chunkSizeOf, type sample, type sampleBest, type sampleChunks } from './sample.ts';

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

type Penalty = Pick<SampleUniforms, 'vocab_size' | 'history_size' | 'repetition_penalty'>;

function penalise(logits: Data, history: Data, u: Penalty): void {
  for (const id of new Set(history.subarray(0, u.history_size))) {
    if (id >= u.vocab_size || u.repetition_penalty === 1) continue;
    const logit = at(logits, id);
    logits[id] = logit > 0 ? logit / u.repetition_penalty : logit * u.repetition_penalty;
  }
}

interface Candidate {
  readonly id: number;
  readonly score: number;
}

/** The first of the highest; id 0 where nothing is above `none`. */
const bestOf = (candidates: readonly Candidate[], none: number): Candidate =>
  candidates.reduce((best, other) => (other.score > best.score ? other : best), { id: 0, score: none });

const candidatesOf = (logits: Data, first: number): Candidate[] =>
  Array.from(logits, (score, i) => ({ id: first + i, score }));

export const sampleTwin: Twin<typeof sample> = ({ logits, history, token }, u) => {
  penalise(logits, history, u);
  const vocabulary = logits.subarray(0, u.vocab_size);
  const candidates = u.temperature > 0 ? perturbedScores(vocabulary, u) : candidatesOf(vocabulary, 0);
  token[0] = bestOf(candidates, -Infinity).id;
};

/** Lowest value that counts, as in the kernels. */
const lowest = Math.fround(-3e38);
const bitsOf = (value: number): number => at(new Uint32Array(Float32Array.of(value).buffer), 0);
const fromBits = (bits: number): number => at(new Float32Array(Uint32Array.of(bits).buffer), 0);

export const sampleChunksTwin: Twin<typeof sampleChunks> = ({ logits, history, candidates }, u) => {
  penalise(logits, history, u);
  const chunkSize = chunkSizeOf(u.vocab_size);
  for (let first = 0; first < u.vocab_size; first += chunkSize) {
    const own = candidatesOf(logits.subarray(first, Math.min(first + chunkSize, u.vocab_size)), first);
    const top = bestOf(own, lowest);
    const perturbed = own
      .map(({ id, score }) => ({
        id,
        score: (score - top.score) / u.temperature + gumbel([u.seed, u.step, id]),
      }))
      .filter(({ score }) => Number.isFinite(score));
    const best =
      u.temperature > 0 && perturbed.length > 0 ? bestOf(perturbed, -Infinity) : { id: top.id, score: 0 };
    candidates.set([bitsOf(top.score), bitsOf(best.score), best.id, top.id], (4 * first) / chunkSize);
  }
};

export const sampleBestTwin: Twin<typeof sampleBest> = ({ candidates, token }, u) => {
  const own = Array.from({ length: u.num_chunks }, (_, i) => {
    const [top = 0, score = 0, id = 0, topId = 0] = candidates.subarray(4 * i, 4 * i + 4);
    return { top: { id: topId, score: fromBits(top) }, best: { id, score: fromBits(score) } };
  });
  const top = bestOf(
    own.map((each) => each.top),
    lowest,
  );
  const above = (score: number) => (score - top.score) / u.temperature;
  const scored = own.map((each) => ({ id: each.best.id, score: above(each.top.score) + each.best.score }));
  token[0] = u.temperature > 0 ? bestOf(scored, lowest).id : top.id;
};
