// A small seeded generator, so that every case can be made again from its seed. Not for cryptography.

/** Draws from one seeded sequence. */
export interface Random {
  /** Uniform integer in `0 .. below-1`. */
  integer(below: number): number;
  /** One of the options, uniform. */
  pick<T>(options: readonly T[]): T;
}

/** mulberry32 (Tommy Ettinger, public domain), by the low 32 bits of the seed. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (below: number): number => Math.floor(next() * below);
  return {
    integer,
    pick: <T>(options: readonly T[]): T => {
      const option = options[integer(options.length)];
      if (option === undefined) throw new Error('Longread bug: pick from nothing');
      return option;
    },
  };
}
