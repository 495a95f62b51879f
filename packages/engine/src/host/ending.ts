// How an engine ends: with which error, and how long it waits for what it has cancelled.
import { ClosedError } from '@longread/core';

/** Most that work which was cancelled may take to stop, and a worker to free what it holds. */
export const graceMs = 3000;

/** What every call gets from an engine that was disposed. */
export function disposedError(): ClosedError {
  return new ClosedError('The engine was disposed. Make another one; what was stored is there.');
}

/** Resolves when `work` has ended, in whatever way, or after `ms` milliseconds. */
export async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const passed = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work.catch(() => undefined), passed]);
  clearTimeout(timer);
}
