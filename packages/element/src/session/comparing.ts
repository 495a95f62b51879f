// A question once more by another strategy, to be shown beside the answer that there is.
import type { AskOptions, StrategyName } from 'longread';
import { askedOf } from './asked.ts';
import { turnsOf } from './asking.ts';
import type { Calls } from './calls.ts';
import type { Exchange, OtherAnswer } from './state.ts';

export class Comparing {
  readonly #calls: Calls;
  readonly #keep: (id: string, exchanges: readonly Exchange[]) => Promise<void>;

  /** @param keep keeps what was asked of a document. */
  constructor(calls: Calls, keep: (id: string, exchanges: readonly Exchange[]) => Promise<void>) {
    this.#calls = calls;
    this.#keep = keep;
  }

  /** Asks the same after the same turns. What fails or is stopped leaves the exchange as it was. */
  ask(id: string, strategy: StrategyName, options: Omit<AskOptions, 'history' | 'signal'>): Promise<void> {
    const calls = this.#calls;
    const { exchanges } = calls.state;
    const open = askedOf(calls.state);
    const at = exchanges.findIndex((exchange) => exchange.id === id);
    const asked = exchanges[at];
    if (!open || !asked) return Promise.resolve();
    const show = (other: OtherAnswer | undefined): void =>
      calls.set({
        exchanges: calls.state.exchanges.map((each) => (each.id === id ? { ...each, other } : each)),
      });
    return calls.run('asking', async (callOptions) => {
      let other: OtherAnswer = { strategy, text: '' };
      show(other);
      try {
        const history = turnsOf(exchanges.slice(0, at));
        const stream = open.ask(asked.question, { ...options, ...callOptions, strategy, history });
        for await (const { text } of stream) show((other = { ...other, text: other.text + text }));
        const { text, evidence, stats } = await stream.result();
        show({ strategy, text, evidence, stats });
        calls.set({ status: calls.words.say('compared') });
      } catch (error) {
        show(asked.other);
        throw error;
      }
      await this.#keep(open.id, calls.state.exchanges);
    });
  }
}
