// Seeded choices: the same input number gives the same input on every machine.
import { Random } from '@longread/core';

export type Dice = Pick<Random, 'below' | 'pick'>;

export function createDice(seed: number): Dice {
  return new Random(seed);
}
