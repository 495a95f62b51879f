// Typed access to a record of unknown shape: every getter throws a RecordShapeError that names the field.

/** What was read is not what was written; the caller adds which record of which document it was. */
export class RecordShapeError extends Error {}

/** Fields of an object read from storage. */
export class Fields {
  readonly #record: object;
  readonly #name: string;

  constructor(record: unknown, name: string) {
    if (typeof record !== 'object' || record === null) throw new RecordShapeError(`${name} is not an object`);
    this.#record = record;
    this.#name = name;
  }

  value(key: string): unknown {
    return Object.hasOwn(this.#record, key) ? (this.#record as Record<string, unknown>)[key] : undefined;
  }

  string(key: string): string {
    const value = this.value(key);
    if (typeof value !== 'string') throw this.#wrong(key, 'a string');
    return value;
  }

  /** A non-negative integer. */
  count(key: string): number {
    const value = this.value(key);
    if (!Number.isSafeInteger(value) || (value as number) < 0)
      throw this.#wrong(key, 'a non-negative integer');
    return value as number;
  }

  /** A finite, non-negative number. */
  number(key: string): number {
    const value = this.value(key);
    if (!Number.isFinite(value) || (value as number) < 0) throw this.#wrong(key, 'a non-negative number');
    return value as number;
  }

  oneOf<T extends string>(key: string, choices: readonly T[]): T {
    const found = choices.find((choice) => choice === this.value(key));
    if (found === undefined) throw this.#wrong(key, choices.join(' or '));
    return found;
  }

  list(key: string): readonly unknown[] {
    const value = this.value(key);
    if (!Array.isArray(value)) throw this.#wrong(key, 'a list');
    return value as readonly unknown[];
  }

  object(key: string): Fields {
    return new Fields(this.value(key), this.#path(key));
  }

  /** A typed array of exactly this class and, when given, this length. */
  array<T extends { readonly length: number }>(
    key: string,
    type: abstract new (...args: never[]) => T,
    length?: number,
  ): T {
    const value = this.value(key);
    if (!(value instanceof type)) throw this.#wrong(key, `a ${type.name}`);
    if (length !== undefined && value.length !== length) {
      throw new RecordShapeError(`${this.#path(key)} has ${value.length} values instead of ${length}`);
    }
    return value;
  }

  #path(key: string): string {
    return `${this.#name}.${key}`;
  }

  #wrong(key: string, expected: string): RecordShapeError {
    return new RecordShapeError(`${this.#path(key)} is not ${expected}`);
  }
}
