// Invented names: of places, ships, people. None is a word.
import type { Random } from '@longread/core';

const starts = 'Kar Dun Vel Ost Mor Ith Bel Tarn Gal Syl Hav Cor Quen Zar Fen Jor Ux Pell Bran Wy'.split(' ');
const middles = 'a e i o u ba do li mu ne ra so ti va za'.split(' ');
const ends = 'moor wick haven stead fell mouth ness ford gate holm dale bury tor lund vik sand'.split(' ');

/** One of 4,800. */
export function inventName(random: Random): string {
  return random.pick(starts) + random.pick(middles) + random.pick(ends);
}
