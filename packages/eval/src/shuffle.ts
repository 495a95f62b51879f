// Orders drawn by seed.
import { invariant, type Random } from '@longread/core';

/** The options in random order (Fisher and Yates). */
export function shuffled<T>(options: readonly T[], random: Random): T[] {
  const result = [...options];
  for (let i = result.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const [a, b] = [result[i], result[j]];
    invariant(a !== undefined && b !== undefined, 'both are inside the array');
    result[i] = b;
    result[j] = a;
  }
  return result;
}

/** `count` of the options, each at most once, in random order; all of them where there are fewer. */
export function sampled<T>(options: readonly T[], count: number, random: Random): T[] {
  return shuffled(options, random).slice(0, count);
}
