// The file of a drop, read at once or after what runs: a drop while the model loads is not lost.
import { explainDrop, type Dropped } from './dropped.ts';
import type { ReaderSession } from './session.ts';

/** Keeps the last file that was dropped until it can be read. */
export class DropQueue {
  readonly #session: ReaderSession;
  #waiting: { readonly file: File; readonly notice: string } | undefined;

  constructor(session: ReaderSession) {
    this.#session = session;
  }

  /** Takes what was dropped; says what of it is not read, or not yet. */
  take(dropped: Dropped): void {
    const notice = explainDrop(dropped);
    const { file } = dropped;
    if (file === undefined) {
      this.#session.refuse(notice);
      return;
    }
    this.#waiting = { file, notice };
    if (this.readNext()) return;
    const after = this.#session.state.phase === 'idle' ? 'a model is loaded' : 'what runs now is done';
    this.#session.notify(`${notice} ${file.name} is read as soon as ${after}.`.trim());
  }

  /** Reads the file that waits, if nothing runs; false when there is none or something does. */
  readNext(): boolean {
    if (this.#waiting === undefined || this.#session.state.phase !== 'ready') return false;
    const { file, notice } = this.#waiting;
    this.#waiting = undefined;
    void this.#session.read(file, file.name, notice);
    return true;
  }

  /** Lets go of the file that waits. */
  forget(): void {
    if (this.#waiting === undefined) return;
    this.#waiting = undefined;
    this.#session.notify('');
  }
}
