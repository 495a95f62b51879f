// What a download needs of the platform, and the browser's.

export interface Network {
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Resolves after `ms`, or when the signal fires. */
  wait(ms: number, signal: AbortSignal | undefined): Promise<void>;
  /** Milliseconds; the platform's clock when absent. */
  readonly now?: () => number;
}

export const browserNetwork: Network = {
  fetch: (url, init) => fetch(url, init),
  wait: (ms, signal) =>
    new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal?.addEventListener('abort', end);
      if (signal?.aborted) end();
    }),
};
