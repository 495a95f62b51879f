// Cascading KV cache (arXiv 2406.17808): which tokens of one head stay, one token at a time. Behind the first tokens stand ring buffers,
// each of which takes half as many of the tokens as the one before: the further back, the sparser.

export interface CascadeSettings {
  /** First tokens, which stay. */
  readonly sinks: number;
  readonly numBuffers: number;
  /** Slots of each buffer. */
  readonly bufferSlots: number;
}

export interface Cascade {
  /**
   * The next token of the prompt.
   *
   * @param scoreOf score of a token that is in the cache or was this call's: of two that compete the higher stays.
   * @returns the token that is dropped for it, if any.
   */
  add(scoreOf: (token: number) => number): number | undefined;
  /** The tokens in the cache, ascending: an entry's position is its place among them. */
  entries(): readonly number[];
}

/** Tokens are numbered from 0 on in the order of `add`. */
export function createCascade({ sinks, numBuffers, bufferSlots }: CascadeSettings): Cascade {
  const first: number[] = [];
  /** The newest tokens' first; each oldest first. */
  const buffers = Array.from({ length: numBuffers }, (): number[] => []);
  let numAdded = 0;
  /** Whether every slot was taken once: until then nothing is dropped. */
  let isFilled = false;

  /** @returns what is dropped */
  const offer = (
    candidate: number,
    index: number,
    turn: number,
    scoreOf: (token: number) => number,
  ): number | undefined => {
    const buffer = buffers[index];
    if (buffer === undefined) return candidate; // behind the last
    const newest = buffer.at(-1);
    if (!isFilled || turn % 2 ** index === 0 || newest === undefined) {
      buffer.push(candidate);
      const oldest = buffer.length > bufferSlots ? buffer.shift() : undefined;
      return oldest === undefined ? undefined : offer(oldest, index + 1, turn, scoreOf);
    }
    if (scoreOf(candidate) <= scoreOf(newest)) return candidate;
    buffer[buffer.length - 1] = candidate;
    return newest;
  };

  return {
    add: (scoreOf) => {
      const token = numAdded++;
      if (token < sinks) {
        first.push(token);
        return undefined;
      }
      const dropped = offer(token, 0, token - sinks, scoreOf);
      isFilled ||= buffers.every(({ length }) => length === bufferSlots);
      return dropped;
    },
    entries: () => [...first, ...buffers.toReversed().flat()],
  };
}

/**
 * The running mean of attention by which tokens compete: s <- beta^q s + (1 - beta) sum over the q queries of beta^(q - 1 - i) A[i]; of a
 * KV head's query heads the largest attention counts.
 *
 * @param scores one an entry; not changed.
 * @param attention `[heads of the group][queries][entries]`
 */
export function decayedScores(
  scores: Float64Array,
  attention: readonly (readonly Float64Array[])[],
  beta: number,
): Float64Array<ArrayBuffer> {
  const numQueries = attention[0]?.length ?? 0;
  const next = Float64Array.from(scores);
  for (let query = 0; query < numQueries; query++) {
    for (let entry = 0; entry < next.length; entry++) {
      const most = Math.max(...attention.map((head) => head[query]?.[entry] ?? NaN));
      next[entry] = beta * (next[entry] ?? NaN) + (1 - beta) * most;
    }
  }
  return next;
}
