// Listeners of one kind of event; each is called until it is taken back.

export interface Listeners<T> {
  /** @returns takes the listener back. */
  readonly add: (listener: (event: T) => void) => () => void;
  readonly tell: (event: T) => void;
}

export function createListeners<T>(): Listeners<T> {
  const listeners = new Set<(event: T) => void>();
  return {
    add: (listener) => {
      const own = (event: T) => listener(event); // the same function may listen twice
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    tell: (event) => listeners.forEach((listener) => listener(event)),
  };
}
