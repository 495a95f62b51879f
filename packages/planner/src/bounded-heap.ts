// The best of what comes by, as many as are wanted: one pass over a document of millions of tokens, and no more is held than is wanted.

/** Of the items so far the best, by their numbers. */
export interface BoundedHeap {
  /** Of them the one that the next better one takes the place of; undefined of none. */
  worst(): number | undefined;
  readonly isFull: boolean;
  /** Takes the item, unless there are as many already and none is worse. @returns what is left out: another, itself, or nothing */
  offer(item: number): number | undefined;
  /** In no order. */
  items(): Uint32Array<ArrayBuffer>;
}

/**
 * A binary heap with the worst at its root.
 * @param count items at most. @param isBetter strict total order: true when item `a` is to be preferred to item `b`.
 */
export function createBoundedHeap(count: number, isBetter: (a: number, b: number) => boolean): BoundedHeap {
  const heap = new Uint32Array(count);
  const at = (slot: number): number => heap[slot] ?? 0;
  let size = 0;
  const rise = (from: number, item: number): void => {
    let slot = from;
    for (let parent = (slot - 1) >> 1; slot > 0; parent = (slot - 1) >> 1) {
      if (!isBetter(at(parent), item)) break;
      heap[slot] = at(parent);
      slot = parent;
    }
    heap[slot] = item;
  };
  const sink = (item: number): void => {
    let slot = 0;
    for (;;) {
      let child = 2 * slot + 1;
      if (child >= size) break;
      if (child + 1 < size && isBetter(at(child), at(child + 1))) child++;
      if (!isBetter(item, at(child))) break;
      heap[slot] = at(child);
      slot = child;
    }
    heap[slot] = item;
  };
  return {
    worst: () => (size > 0 ? at(0) : undefined),
    get isFull() {
      return size === count;
    },
    offer: (item) => {
      if (size < count) {
        rise(size++, item);
        return undefined;
      }
      const worst = at(0);
      if (count === 0 || !isBetter(item, worst)) return item;
      sink(item);
      return worst;
    },
    items: () => heap.slice(0, size),
  };
}
