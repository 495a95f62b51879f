// The files of a drop, read at once or after what runs: a drop while the model loads is not lost.
import type { GivenSource } from '../session/given-document.ts';
import type { ReaderSession } from '../session/session.ts';
import type { Words } from '../words.ts';
import type { Dropped } from './dropped.ts';

/** Keeps the files of the last drop until they can be read. */
export class DropQueue {
  readonly #session: ReaderSession;
  readonly #words: () => Words;
  #waiting: { readonly source: GivenSource; readonly name: string } | undefined;

  constructor(session: ReaderSession, words: () => Words) {
    this.#session = session;
    this.#words = words;
  }

  /** Takes what was dropped; says what is not read, or not yet. */
  #take({ sources }: Dropped): void {
    const words = this.#words();
    if (sources.length === 0) {
      this.#session.refuse(words.say('droppedNothing'));
      return;
    }
    const name = namesOf(sources);
    this.#waiting = { source: sources, name };
    if (this.readNext()) return;
    const key = this.#session.state.phase === 'idle' ? 'waitsForModel' : 'waitsForWork';
    this.#session.notify(words.say(key, { name }));
  }

  /** Model files are loaded where a model could be chosen; all else is for the session to read. */
  give(dropped: Dropped, pickModel: (files: readonly File[]) => void): void {
    const { models, modelsInFolder } = dropped;
    if (this.#session.state.phase !== 'idle') this.#take(dropped);
    else if (models.length > 0) pickModel(models);
    else
      void modelsInFolder()
        .catch(() => []) // a folder that cannot be read says so when it is read
        .then((inside) => (inside.length > 0 ? pickModel(inside) : this.#take(dropped)));
  }

  /** Reads what waits, if nothing runs; false when there is nothing or something does. */
  readNext(): boolean {
    if (this.#waiting === undefined || this.#session.state.phase !== 'ready') return false;
    const { source, name } = this.#waiting;
    this.#waiting = undefined;
    void this.#session.reading.read(source, name);
    return true;
  }

  /** Lets go of the file that waits. */
  forget(): void {
    if (this.#waiting === undefined) return;
    this.#waiting = undefined;
    this.#session.notify('');
  }
}

/** For people, of a few; the document is called by its readers. */
export function namesOf(sources: readonly { readonly name: string }[]): string {
  return sources.map(({ name }) => name).join(', ');
}
