// Scripts that are fetched when they are needed. One that does not come is said to be missing, and asked for again the next time.
import type { ReactiveControllerHost } from 'lit';
import { typedError, type EngineFactory } from './session/state.ts';
import type { About, Dialogs, Late } from './view.ts';
import type { Words } from './words.ts';

/** @throws Network (the script did not come), with `details.reason` */
async function importPart<Part>(load: () => Promise<Part>, words: Words): Promise<Part> {
  try {
    return await load();
  } catch (cause) {
    const error = typedError('Network', words.say('partMissing'));
    throw Object.assign(error, { cause, details: { reason: 'script' } });
  }
}

type Host = Pick<ReactiveControllerHost, 'requestUpdate'> & { readonly words: Words };

export class LateParts {
  readonly #host: Host;
  readonly #importLate: () => Promise<Late>;
  #isPrepared = false;
  /** What is there. */
  now: Late | undefined;
  /** There once a model is. */
  dialogs: Dialogs | undefined;
  /** There once a reader asked for it. */
  about: About | undefined;

  /** @param host asked for an update when they are there. */
  constructor(host: Host, importLate = (): Promise<Late> => import('./views/late.ts')) {
    this.#host = host;
    this.#importLate = importLate;
  }

  /** `createEngine` of the package `longread`. */
  readonly createEngine: EngineFactory = async (options) =>
    (await importPart(() => import('longread'), this.#host.words)).createEngine(options);

  /** @throws Network (they did not come) */
  readonly load = async (): Promise<Late> => {
    const late = await importPart(this.#importLate, this.#host.words);
    if (!this.now) this.#host.requestUpdate();
    return (this.now = late);
  };

  /** @throws Network (they did not come) */
  readonly loadDialogs = async (): Promise<Dialogs> => {
    const dialogs = await importPart(() => import('./views/dialogs.ts'), this.#host.words);
    if (!this.dialogs) this.#host.requestUpdate();
    return (this.dialogs = dialogs);
  };

  /** @throws Network (it did not come) */
  readonly loadAbout = async (): Promise<void> => {
    if (this.about) return;
    this.about = await importPart(() => import('./views/about.ts'), this.#host.words);
    this.#host.requestUpdate();
  };

  /** Fetches them once, before they are needed: what does not come then is asked for again by `load`. */
  prepare(): void {
    if (this.#isPrepared) return;
    this.#isPrepared = true;
    this.load().catch(() => undefined);
  }
}
