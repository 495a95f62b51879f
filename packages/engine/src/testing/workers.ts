// Holds on to the workers that this page's code starts, so that a test can break them and see them end. Never part of the product.

export interface Workers {
  /** Those started so far. */
  readonly started: readonly WatchedWorker[];
  /** Ends the watch. */
  release(): void;
}

export interface WatchedWorker {
  readonly worker: Worker;
  isTerminated: boolean;
  /** From here on the worker gets no message: as if it hung. */
  isDeaf: boolean;
}

/** Watches `Worker` from here on. @param script the scripts of workers, instead of their own */
export function watchWorkers(script?: string): Workers {
  const original = globalThis.Worker;
  const started: WatchedWorker[] = [];
  globalThis.Worker = class extends original {
    readonly #watched: WatchedWorker = { worker: this, isTerminated: false, isDeaf: false };

    constructor(url: string | URL, options?: WorkerOptions) {
      super(script ?? url, options);
      started.push(this.#watched);
    }

    override postMessage(message: unknown, options?: StructuredSerializeOptions | Transferable[]): void {
      if (!this.#watched.isDeaf) super.postMessage(message, options as Transferable[]);
    }

    override terminate(): void {
      this.#watched.isTerminated = true;
      super.terminate();
    }
  };
  return {
    started,
    release: () => {
      globalThis.Worker = original;
    },
  };
}
