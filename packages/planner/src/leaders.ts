// The best of what comes by, as many as are wanted: what enters is among the best so far, what falls behind the last is not among the best of all.

/** A score, and another that decides between equals. */
export interface Leaders {
  /** Whether this one is among the best so far; of equals the earlier ones are. */
  offer(score: number, second: number): boolean;
  /** Whether one that was offered may still be among the best. */
  holds(score: number, second: number): boolean;
}

/** A binary heap with the worst of the best at its root. */
export function createLeaders(count: number): Leaders {
  const scores = new Float32Array(count);
  const seconds = new Float32Array(count);
  let size = 0;
  const isBelow = (slot: number, score: number, second: number): boolean => {
    const own = scores[slot] ?? NaN;
    return own < score || (own === score && (seconds[slot] ?? NaN) < second);
  };
  const move = (from: number, to: number): void => {
    scores[to] = scores[from] ?? NaN;
    seconds[to] = seconds[from] ?? NaN;
  };
  const put = (slot: number, score: number, second: number): void => {
    scores[slot] = score;
    seconds[slot] = second;
  };
  const rise = (from: number, score: number, second: number): void => {
    let slot = from;
    for (let parent = (slot - 1) >> 1; slot > 0; parent = (slot - 1) >> 1) {
      if (isBelow(parent, score, second)) break;
      move(parent, slot);
      slot = parent;
    }
    put(slot, score, second);
  };
  const sink = (score: number, second: number): void => {
    let slot = 0;
    for (;;) {
      let child = 2 * slot + 1;
      if (child >= size) break;
      if (child + 1 < size && isBelow(child + 1, scores[child] ?? NaN, seconds[child] ?? NaN)) child++;
      if (!isBelow(child, score, second)) break;
      move(child, slot);
      slot = child;
    }
    put(slot, score, second);
  };
  return {
    offer: (score, second) => {
      if (size < count) rise(size++, score, second);
      else if (count > 0 && isBelow(0, score, second)) sink(score, second);
      else return false;
      return true;
    },
    holds: (score, second) => {
      if (size < count) return true;
      const [last, lastSecond] = [scores[0] ?? Infinity, seconds[0] ?? Infinity];
      return score > last || (score === last && second >= lastSecond);
    },
  };
}
