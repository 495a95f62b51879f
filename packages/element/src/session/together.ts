// Several stored documents, opened and asked as one. Nothing of them is read again.
import { askedOf } from './asked.ts';
import type { Calls } from './calls.ts';
import type { Exchange } from './state.ts';

export class TogetherCalls {
  readonly #calls: Calls;
  readonly #recall: (id: string) => Promise<readonly Exchange[]>;

  /** @param recall what was asked of them before. */
  constructor(calls: Calls, recall: (id: string) => Promise<readonly Exchange[]>) {
    this.#calls = calls;
    this.#recall = recall;
  }

  /** @param ids of one model and preset; all that are in the engine's own where there are none. */
  open(ids: readonly string[] | undefined): Promise<void> {
    const calls = this.#calls;
    const title = calls.words.say('allDocuments');
    const work = async (options: Parameters<Parameters<Calls['run']>[1]>[0]): Promise<void> => {
      const set = await calls.needEngine().documents.together(ids, options);
      await calls.openTogether(set);
      const asked = askedOf(calls.state);
      const exchanges = asked ? await this.#recall(asked.id) : [];
      const status = calls.words.say('togetherReady', { count: set.documents.length });
      calls.set({ exchanges, status });
    };
    return calls.run('reading', work, { title });
  }

  /** Shows the text of one of those that are open; of none, what they are. @returns false where it is none of them */
  show(id: string | undefined): boolean {
    const { together, text } = this.#calls.state;
    if (!together) return true;
    const shown = id === undefined ? undefined : together.texts.get(id);
    if (shown !== text) this.#calls.set({ text: shown });
    return id === undefined || shown !== undefined;
  }
}
