// Questions to what is open, each after those before it.
import type { AskOptions, Turn } from 'longread';
import { dispatch } from '../events.ts';
import type { Late } from '../view.ts';
import { askedOf } from './asked.ts';
import type { Calls } from './calls.ts';
import { Sentences } from './sentences.ts';
import { reportOf, type Exchange } from './state.ts';

export class Asking {
  readonly #calls: Calls;
  readonly #keep: (id: string, exchanges: readonly Exchange[]) => Promise<void>;
  readonly #late: () => Promise<Late>;

  /** @param keep keeps what was asked of a document. */
  constructor(
    calls: Calls,
    keep: (id: string, exchanges: readonly Exchange[]) => Promise<void>,
    late: () => Promise<Late>,
  ) {
    this.#calls = calls;
    this.#keep = keep;
    this.#late = late;
  }

  /** Asks what is open, as the next question about it; in place of the exchange `again`, where that is the last. */
  ask(question: string, options: Omit<AskOptions, 'history' | 'signal'> = {}, again?: string): Promise<void> {
    const calls = this.#calls;
    const asked = askedOf(calls.state);
    if (!asked) return Promise.resolve();
    return calls.run('asking', async (callOptions) => {
      const { exchanges, readSoFar } = calls.state;
      const earlier = exchanges.at(-1)?.id === again ? exchanges.slice(0, -1) : exchanges;
      let exchange: Exchange = {
        id: crypto.randomUUID(),
        question,
        text: '',
        ...(readSoFar !== undefined && { covers: readSoFar }),
      };
      const show = (change: Partial<Exchange>): void => {
        exchange = { ...exchange, ...change };
        calls.set({ exchanges: [...earlier, exchange] });
      };
      const found = (count: number): string => calls.words.say('found', { count });
      show({});
      const sentences = new Sentences();
      try {
        const history = turnsOf(earlier);
        const stream = asked.ask(question, { ...options, ...callOptions, history });
        const passages = stream.found().then(({ evidence, gathered, curve }) => {
          show({ evidence, gathered, curve });
          calls.set({ status: calls.words.say('writing', { found: found(evidence.length) }) });
          dispatch(calls.host, 'longread-evidence', evidence);
        });
        passages.catch(() => undefined); // the answer fails with it
        for await (const { text } of stream) {
          show({ text: exchange.text + text });
          const sentence = sentences.add(text);
          if (sentence !== '') calls.set({ status: sentence });
        }
        await passages;
        const answer = await stream.result();
        const { text, thought, evidence, stats, finish, support } = answer;
        const { citations } = await this.#late();
        const saysNothing = support?.verdict === 'nothing';
        show({
          text,
          thought,
          evidence,
          stats,
          end: finish,
          saysNothing,
          citations: citations(text, evidence),
        });
        const complete = calls.words.say('complete', { found: found(evidence.length) });
        calls.set({ status: `${sentences.rest()} ${complete}`.trim() });
        dispatch(calls.host, 'longread-answer', answer);
      } catch (error) {
        const isBegun = exchange.text !== '' || exchange.evidence !== undefined;
        // A device that went, or the tab that had it, is no fault of the question: it can be asked again.
        if (isBegun || reportOf(error).code === 'DeviceLost') show({ end: 'stopped' });
        else calls.set({ exchanges });
        throw error;
      } finally {
        await this.#keep(asked.id, calls.state.exchanges);
      }
    });
  }
}

/** What was answered to its end. */
export function turnsOf(exchanges: readonly Exchange[]): readonly Turn[] {
  return exchanges
    .filter(({ end }) => end !== undefined && end !== 'stopped')
    .map(({ question, text }) => ({ question, answer: text }));
}
