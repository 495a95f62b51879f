// What was asked of each document, kept in this browser beside what was read of it; several tabs may ask the same one. Nothing here fails:
// where a browser keeps nothing, nothing is kept.
import { isThreadOfSeveral } from './asked.ts';
import { Shelf } from './shelf.ts';
import type { Exchange } from './state.ts';

/** The newest so many of a document are kept. */
const maxKept = 100;

export class Threads {
  readonly #shelf: Shelf;
  /** Of this page's life. */
  readonly #asked = new Map<string, readonly Exchange[]>();
  /** The same as the browser was seen to have it. */
  readonly #stored = new Map<string, readonly Exchange[]>();

  /** @param isKept whether this browser is to keep them. */
  constructor(isKept: () => boolean) {
    this.#shelf = new Shelf('threads', isKept);
  }

  /** Oldest first. */
  readonly recall = async (id: string): Promise<readonly Exchange[]> => {
    const asked = this.#asked.get(id);
    if (asked && asked !== this.#stored.get(id)) return asked; // there was no room for it, or it is not to be kept
    const kept = exchangesOf(await this.#shelf.get(id));
    this.#asked.set(id, kept);
    this.#stored.set(id, kept);
    return kept;
  };

  /** What another tab kept meanwhile stays. */
  readonly keep = async (id: string, exchanges: readonly Exchange[]): Promise<void> => {
    this.#asked.set(id, exchanges);
    const before = this.#stored.get(id) ?? [];
    const isStored = await this.#shelf.update(id, (kept) =>
      merged(exchangesOf(kept), before, exchanges).slice(-maxKept),
    );
    if (isStored) this.#stored.set(id, exchanges);
  };

  /** What was asked of a document, and of it with others where anything of it was found. */
  readonly forget = async (id: string): Promise<void> => {
    this.#asked.delete(id);
    this.#stored.delete(id);
    await this.#shelf.delete(id);
    for (const several of [...this.#asked.keys(), ...(await this.#shelf.keys())].filter(isThreadOfSeveral)) {
      const without = (await this.recall(several)).filter((exchange) => !isFrom(exchange, id));
      await this.keep(several, without);
    }
  };
}

/** Whether an answer may be from it: something of it was read again, or nobody says what was. */
function isFrom({ evidence = [], gathered = [], other }: Exchange, id: string): boolean {
  const read = [...evidence, ...gathered, ...(other?.evidence ?? [])];
  return read.length === 0 || read.some(({ document }) => document?.id === id);
}

/** What is kept, with what became of it here: `after` of `before`. Exchanges never change; another object is another state of one. */
function merged(
  kept: readonly Exchange[],
  before: readonly Exchange[],
  after: readonly Exchange[],
): Exchange[] {
  const known = new Map(before.map((each) => [each.id, each]));
  const now = new Map(after.map((each) => [each.id, each]));
  const stays = kept.flatMap((each) => {
    const here = now.get(each.id);
    if (!here) return known.has(each.id) ? [] : [each];
    return [here === known.get(each.id) ? each : here];
  });
  const there = new Set(kept.map(({ id }) => id));
  return [...stays, ...after.filter(({ id }) => !there.has(id) && !known.has(id))];
}

function exchangesOf(value: unknown): readonly Exchange[] {
  return Array.isArray(value) ? value.filter(isExchange) : [];
}

/** Another version of this page may have kept something else. */
function isExchange(value: unknown): value is Exchange {
  if (typeof value !== 'object' || value === null) return false;
  const { id, question, text, evidence, end, covers } = value as Partial<Record<keyof Exchange, unknown>>;
  const isText = [id, question, text].every((each) => typeof each === 'string');
  const isPart = covers === undefined || typeof covers === 'number';
  return isText && isPart && typeof end === 'string' && (evidence === undefined || Array.isArray(evidence));
}
