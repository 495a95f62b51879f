// Pauses in long work on the host, so that messages, a cancel among them, get their turn.
import { throwIfAborted } from '@longread/core';

/** Longest stretch of work without a pause. */
const maxBusyMs = 50;

/** @returns to be awaited between the steps of `during`; pauses when it is time. @throws AbortedError when `signal` has fired */
export function createBreath(signal: AbortSignal | undefined, during: string): () => Promise<void> {
  let busySince = performance.now();
  return async () => {
    if (performance.now() - busySince > maxBusyMs) {
      await new Promise((resolve) => setTimeout(resolve));
      busySince = performance.now();
    }
    throwIfAborted(signal, during);
  };
}
