// Random numbers by seed, the same on every machine, so that whatever was generated can be generated again. Not for cryptography.
import { mersenne } from 'pure-rand/generator/mersenne';
import { invariant } from './errors.ts';

/** Draws from the sequence of one 32-bit seed. A Mersenne twister: the sequences of neighbouring seeds do not begin alike. */
export class Random {
  readonly seed: number;
  readonly #generator: ReturnType<typeof mersenne>;

  constructor(seed: number) {
    this.seed = seed;
    this.#generator = mersenne(seed);
  }

  /** A uniform 32-bit word, unsigned. */
  word(): number {
    return this.#generator.next() >>> 0;
  }

  /** Uniform in [0, 1). */
  next(): number {
    return this.word() / 2 ** 32;
  }

  /** Uniform integer in [0, end). */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  /** One of the options, uniform. */
  pick<T>(options: readonly T[]): T {
    const option = options[this.below(options.length)];
    invariant(option !== undefined, 'there is nothing to pick from');
    return option;
  }

  /** Uniform in [-scale, scale). */
  f32(length: number, scale = 1): Float32Array<ArrayBuffer> {
    return new Float32Array(length).map(() => scale * (2 * this.next() - 1));
  }

  /** Uniform integers in [0, end). */
  u32(length: number, end = 2 ** 32): Uint32Array<ArrayBuffer> {
    return new Uint32Array(length).map(() => this.below(end));
  }
}
