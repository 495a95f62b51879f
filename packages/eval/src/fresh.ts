// Names and numbers that stand nowhere else in a document: what is hidden must not be there already, nor in another fact.
import { InvalidInputError, type Random } from '@longread/core';
import { people, places, things } from './story-words.ts';
import { inventName } from './names.ts';
import { shuffled } from './shuffle.ts';
import { randomUuid } from './uuid.ts';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

type Pool = 'people' | 'places' | 'things';

/** The fresh words of one document. */
export class Fresh {
  readonly random: Random;
  /** In lower case. */
  readonly #haystack: string;
  readonly #drawn: string[] = [];
  readonly #pools: Readonly<Record<Pool, string[]>>;

  /** @param haystack All that the document could say beside its facts. */
  constructor(random: Random, haystack: string) {
    this.random = random;
    this.#haystack = haystack.toLowerCase();
    this.#pools = {
      people: shuffled(people, random).filter((name) => !this.#haystack.includes(name.toLowerCase())),
      places: shuffled(places, random),
      things: shuffled(things, random),
    };
  }

  /** Draws until the word is no part of the haystack, and neither contains nor is contained in one drawn before. */
  draw(make: () => string): string {
    for (let tries = 0; tries < 10_000; tries++) {
      const word = make();
      const low = word.toLowerCase();
      if (this.#haystack.includes(low)) continue;
      if (this.#drawn.some((other) => other.includes(low) || low.includes(other))) continue;
      this.#drawn.push(low);
      return word;
    }
    throw new InvalidInputError(
      `No name is left that the haystack and ${this.#drawn.length} facts do not have. Ask for fewer questions, or take another haystack.`,
      { value: this.#drawn.length },
    );
  }

  /** A name of a place, a ship, a person: an invented word. */
  name(): string {
    return this.draw(() => inventName(this.random));
  }

  /** `length` capital letters. */
  letters(length: number): string {
    return this.draw(() => this.#characters(length, letters));
  }

  /** A number of so many digits, the first no zero. */
  digits(length: number): string {
    return this.draw(() => this.#characters(1, '123456789') + this.#characters(length - 1, '0123456789'));
  }

  /** See {@link randomUuid}. */
  uuid(): string {
    return this.draw(() => randomUuid(this.random));
  }

  /** Takes words out of a pool for good, so that two stories never share one. People are none of the haystack's. */
  take(pool: Pool, count: number): string[] {
    const words = this.#pools[pool];
    if (words.length < count) {
      throw new InvalidInputError(
        `The stories need ${count} more ${pool}, and ${words.length} are left. Ask for fewer questions a task.`,
        { value: count, limit: words.length },
      );
    }
    return words.splice(0, count);
  }

  #characters(length: number, alphabet: string): string {
    return Array.from({ length }, () => alphabet[this.random.below(alphabet.length)]).join('');
  }
}
