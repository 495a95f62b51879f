// Who is among the best while scores come by: what enters is among the best so far, what falls behind the last is not among the best of all.
import { createBoundedHeap } from './bounded-heap.ts';

/** A score, and another that decides between equals. */
export interface Leaders {
  /** Whether this one is among the best so far; of equals the earlier ones are. */
  offer(score: number, second: number): boolean;
  /** Whether one that was offered may still be among the best. */
  holds(score: number, second: number): boolean;
}

export function createLeaders(count: number): Leaders {
  // Of the best, and one place more for the one that is offered.
  const scores = new Float32Array(count + 1);
  const seconds = new Float32Array(count + 1);
  const isAbove = (a: number, b: number): boolean => {
    const [scoreOfA = NaN, scoreOfB = NaN] = [scores[a], scores[b]];
    return scoreOfA > scoreOfB || (scoreOfA === scoreOfB && (seconds[a] ?? NaN) > (seconds[b] ?? NaN));
  };
  const heap = createBoundedHeap(count, isAbove);
  let free = 0;
  return {
    offer: (score, second) => {
      const place = free;
      scores[place] = score;
      seconds[place] = second;
      const out = heap.offer(place);
      free = out ?? place + 1;
      return out !== place;
    },
    holds: (score, second) => {
      if (!heap.isFull) return true;
      const worst = heap.worst();
      if (worst === undefined) return false; // the best of none
      const last = scores[worst] ?? NaN;
      return score > last || (score === last && second >= (seconds[worst] ?? NaN));
    },
  };
}
