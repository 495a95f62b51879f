// What the strategy chunks (OPRM, arXiv 2505.07793) chooses by: how sure the model is of an answer's first token.

/** Entropy in nats of softmax(logits); 0 is certain, ln(logits.length) undecided. */
export function entropyOf(logits: Float32Array): number {
  let top = -Infinity;
  for (const logit of logits) if (logit > top) top = logit;
  let total = 0;
  let weighted = 0;
  for (const logit of logits) {
    const p = Math.exp(logit - top);
    if (p === 0) continue; // 0 ln 0 = 0, where the logit is -Infinity
    total += p;
    weighted += p * (logit - top);
  }
  return Math.log(total) - weighted / total;
}

export interface ChunkReply {
  /** Of the first token of its answer, in nats. */
  readonly entropy: number;
  /** Whether the answer is that the chunk has none. */
  readonly isRefusal: boolean;
}

/** The chunk to answer from: of those that have an answer, or of all where none has, the one of least entropy; the first of equal ones. */
export function planChunkChoice(replies: readonly ChunkReply[]): number {
  const hasAnswer = replies.some(({ isRefusal }) => !isRefusal);
  let best = 0;
  let least = Infinity;
  for (const [chunk, { entropy, isRefusal }] of replies.entries()) {
    if ((hasAnswer && isRefusal) || entropy >= least) continue;
    best = chunk;
    least = entropy;
  }
  return best;
}
