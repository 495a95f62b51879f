// A result and the wall's time until it was there.
export interface Timed<T> {
  readonly ms: number;
  readonly value: T;
}

export async function timed<T>(work: Promise<T>): Promise<Timed<T>> {
  const start = performance.now();
  const value = await work;
  return { ms: performance.now() - start, value };
}
