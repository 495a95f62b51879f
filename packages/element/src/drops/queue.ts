// The files of a drop, read at once or after what runs: a drop while the model loads is not lost.
import type { ReaderSession } from '../session/session.ts';
import type { Words } from '../words.ts';
import { explainDrop, type Dropped } from './dropped.ts';

/** Keeps the files of the last drop until they can be read. */
export class DropQueue {
  readonly #session: ReaderSession;
  readonly #words: () => Words;
  #waiting: { readonly files: readonly File[]; readonly name: string; readonly notice: string } | undefined;

  constructor(session: ReaderSession, words: () => Words) {
    this.#session = session;
    this.#words = words;
  }

  /** Takes what was dropped; says what of it is not read, or not yet. */
  #take(dropped: Dropped): void {
    const words = this.#words();
    const notice = explainDrop(dropped, words);
    const { file, files } = dropped;
    if (file === undefined) {
      this.#session.refuse(notice);
      return;
    }
    const name = files.map((one) => one.name).join(', ');
    this.#waiting = { files, name, notice };
    if (this.readNext()) return;
    const key = this.#session.state.phase === 'idle' ? 'waitsForModel' : 'waitsForWork';
    this.#session.notify(`${notice} ${words.say(key, { name })}`.trim());
  }

  /** Model files are loaded where a model could be chosen; all else is for the session to read. */
  give(dropped: Dropped, pickModel: (files: readonly File[]) => void): void {
    const { models, folder, file, modelsInFolder } = dropped;
    const isIdle = this.#session.state.phase === 'idle';
    if (isIdle && models.length > 0) pickModel(models);
    else if (isIdle && folder !== undefined && file === undefined)
      void modelsInFolder()
        .catch(() => []) // a folder that cannot be read is refused as any other
        .then((inside) => (inside.length > 0 ? pickModel(inside) : this.#take(dropped)));
    else this.#take(dropped);
  }

  /** Reads the file that waits, if nothing runs; false when there is none or something does. */
  readNext(): boolean {
    if (this.#waiting === undefined || this.#session.state.phase !== 'ready') return false;
    const { files, name, notice } = this.#waiting;
    this.#waiting = undefined;
    void this.#session.reading.read(files, name, notice);
    return true;
  }

  /** Lets go of the file that waits. */
  forget(): void {
    if (this.#waiting === undefined) return;
    this.#waiting = undefined;
    this.#session.notify('');
  }
}
