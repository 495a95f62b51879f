// Seeded choices: the same input number gives the same input on every machine.
import { createRandom } from '@longread/formats/testing';

export interface Dice {
  /** An integer from 0 to `count` - 1. */
  below(count: number): number;
  pick<T>(from: readonly T[]): T;
}

export function createDice(seed: number): Dice {
  const random = createRandom(seed);
  for (let i = 0; i < 4; i++) random(); // neighbouring seeds begin alike
  const below = (count: number): number => Math.floor(random() * count);
  return {
    below,
    pick(from) {
      const chosen = from[below(from.length)];
      if (chosen === undefined) throw new Error('there is nothing to pick from');
      return chosen;
    },
  };
}
