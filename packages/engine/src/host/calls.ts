// How a host runs a call, whichever it is. Inwards: its turn; its claim on the document it writes; a device, and the next one when that
// is lost; its memory, planned and measured. A call says which of these it needs and what is done inside.
import type { ReadSettings } from '@longread/core';
import type { MemoryItem } from '@longread/planner';
import type { DocumentStore } from '@longread/store';
import type { CallOptions, Progress } from '../api.ts';
import { whileWriting } from './claims.ts';
import type { CallChannel } from './engine-host.ts';
import { createMemorySamples, type MemorySamples } from './memory-samples.ts';
import { measured, type Measured, type PlannedWork } from './memory-ledger.ts';
import type { Recovery } from './recovery.ts';
import type { Session } from './session.ts';
import { createTurns } from './turns.ts';

/** A call whose turn it is. */
export interface Call {
  /** How it reports, and what cancels it; inside `writing` a claim that is taken away does too. */
  readonly options: CallOptions;
  /**
   * Runs `work` while nobody else may write the document.
   * @throws DocumentInUseError (somebody writes it, or took it over) | what `work` throws
   */
  readonly writing: <T>(document: string, work: (call: Call) => Promise<T>) => Promise<T>;
  /**
   * Runs what `plan` makes on the device; both run once more on the next one when it is lost, so that they must be safe to run twice.
   * @throws LimitExceededError before the work starts | DeviceLostError after repeated loss | what `plan` and its work throw
   */
  readonly onDevice: <T>(
    plan: (session: Session) => PlannedWork<T> | Promise<PlannedWork<T>>,
  ) => Promise<Measured<T>>;
}

export interface Calls {
  /**
   * Runs `work` after all calls taken before; `during` names what it begins with.
   * @throws AbortedError (at once, while it waits) | what `work` throws
   */
  take<T>(during: string, channel: CallChannel, work: (call: Call) => Promise<T>): Promise<T>;
}

/** @param held what is held on a session, with documents of these settings more than are open, and room for passes over so many keys. */
export function createCalls(
  recovery: Pick<Recovery, 'run'>,
  store: DocumentStore,
  held: (session: Session, moreDocuments: readonly ReadSettings[], numKeys: number) => readonly MemoryItem[],
): Calls {
  const turns = createTurns();
  const callWith = (options: CallOptions, over: MemorySamples): Call => ({
    options,
    writing: (document, work) =>
      whileWriting(store, document, options, (claimed) => work(callWith(claimed, over))),
    onDevice: (plan) =>
      recovery.run(options, async (session) => {
        const work = await plan(session);
        const { gpu, transformer } = session.documents;
        const heldFor = (numKeys: number) => held(session, work.moreDocuments ?? [], numKeys);
        return measured(gpu, transformer, heldFor, work, over);
      }),
  });
  return {
    take: (during, channel, work) => {
      const over = createMemorySamples();
      const onProgress = (progress: Progress) => {
        over.take(progress.phase);
        channel.onProgress?.(progress);
      };
      return turns.take(during, channel.signal, () =>
        work(callWith(callOptions({ ...channel, onProgress }), over)),
      );
    },
  };
}

/** Leaves absent options absent: exact optional properties. */
export function callOptions({ signal, onProgress }: CallChannel): CallOptions {
  return { ...(signal && { signal }), ...(onProgress && { onProgress }) };
}
