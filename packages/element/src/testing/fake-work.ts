// What a fake engine does in the place of work: it is over at once, or holds until told, fails as told, and is remembered.
import type { CallOptions, Progress } from 'longread';
import { typedError } from '../session/state.ts';

export class FakeWork {
  /** Calls in order, as in `ingest book.txt`. */
  readonly calls: string[] = [];
  /** Thrown by the next call that reads, opens or asks. */
  failure: Error | undefined;
  /** Calls stop half-way until `release()` or their signal. */
  isHolding = false;
  #release = Promise.withResolvers<undefined>();

  release(): void {
    this.#release.resolve(undefined);
    this.#release = Promise.withResolvers();
    this.isHolding = false;
  }

  /** Reports progress, fails or holds as told, and stops when cancelled. */
  protected async work(phase: Progress['phase'], { signal, onProgress }: CallOptions = {}): Promise<void> {
    onProgress?.({ phase, done: 12_288, total: 40_960, unit: 'tokens' });
    const { failure } = this;
    this.failure = undefined;
    if (failure) throw failure;
    if (!this.isHolding) return;
    const aborted = new Promise<never>((_, reject) => {
      signal?.addEventListener('abort', () => reject(typedError('Aborted', `Cancelled during ${phase}.`)));
    });
    await Promise.race([this.#release.promise, aborted]);
  }
}
