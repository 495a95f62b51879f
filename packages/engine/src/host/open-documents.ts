// The documents that a host has in use, each under a handle, with its hold on the store and its state on a session.
import { ClosedError, type DocumentManifest } from '@longread/core';
import { decodeMemory, documentMemory, readingMemory } from '@longread/planner';
import type { DocumentHold, DocumentStore } from '@longread/store';
import type { MemoryStats, PhaseStats } from '../api.ts';
import { reopenDocument, type OpenDocument } from '../document.ts';
import type { OpenedModel } from '../load.ts';
import { createMemoryLedger, type MemoryLedger } from './memory-ledger.ts';
import type { Session } from './session.ts';

/** A document in use, by a handle that is good until it is closed. */
export interface DocumentInfo {
  readonly handle: number;
  readonly manifest: DocumentManifest;
  readonly opened: boolean;
  readonly phases: readonly PhaseStats[];
  readonly memory: MemoryStats;
}

export interface OpenDocuments {
  /** Puts the document that `work` makes, by reading or not, under a handle: a new one, or in the place of what it has. */
  add(
    session: Session,
    id: string,
    reads: boolean,
    work: () => Promise<OpenDocument>,
    handle?: number,
  ): Promise<DocumentInfo>;
  manifestAt(handle: number): DocumentManifest;
  /** The document of a handle; without a state on this session, as the store has it. */
  documentAt(session: Session, handle: number): Promise<OpenDocument>;
  /** Lets go of a state that may differ from the stored one; the next use opens the document again. */
  forget(handle: number): void;
  close(handle: number): void;
  /** Those of one document, or all. */
  closeAll(id?: string): void;
  ledgerOf(session: Session): MemoryLedger;
}

interface Place {
  /** Keeps the document from being deleted elsewhere while it is open here. */
  readonly hold: DocumentHold;
  /** Undefined when the state there is not to be used. */
  readonly session: Session | undefined;
  readonly document: OpenDocument;
}

export function createOpenDocuments({ file }: OpenedModel, store: DocumentStore): OpenDocuments {
  const { config } = file;
  const places = new Map<number, Place>();
  let nextHandle = 1;

  const placeAt = (handle: number): Place => {
    const found = places.get(handle);
    if (!found) throw new ClosedError('The document was closed or deleted meanwhile. Open it again.');
    return found;
  };
  const ledgerOf = (session: Session, numMore = 0): MemoryLedger => {
    const { documents, held } = session;
    const numOpen = [...places.values()].filter((place) => place.session === session).length;
    const all = [...held, documentMemory(config, documents.settings, numOpen + numMore)];
    return createMemoryLedger(documents.gpu, () => all);
  };
  const close = (handle: number) => {
    const found = places.get(handle);
    found?.document.compressor.dispose();
    found?.hold.release();
    places.delete(handle);
  };
  return {
    add: async (session, id, reads, work, handle) => {
      const old = handle === undefined ? undefined : placeAt(handle);
      const hold = old?.hold ?? (await store.hold(id, 'read'));
      const { cache } = session.answers;
      const items = [
        ...(reads ? [readingMemory(config, session.documents.settings)] : []),
        ...(cache ? [decodeMemory(config, cache.capacity)] : []),
      ];
      try {
        const ledger = ledgerOf(session, old === undefined ? 1 : 0);
        const { value: document, memory } = await ledger.measure([items], work);
        const at = handle ?? nextHandle++;
        places.set(at, { hold, session, document });
        const { manifest, opened, phases } = document;
        return { handle: at, manifest, opened, phases, memory };
      } catch (error) {
        if (old === undefined) hold.release();
        throw error;
      }
    },
    manifestAt: (handle) => placeAt(handle).document.manifest,
    documentAt: async (session, handle) => {
      const found = placeAt(handle);
      if (found.session === session) return found.document;
      const document = await reopenDocument(session.documents, found.document.manifest.id);
      places.set(handle, { ...found, session, document });
      return document;
    },
    forget: (handle) => {
      const found = placeAt(handle);
      found.document.compressor.dispose();
      places.set(handle, { ...found, session: undefined });
    },
    close,
    closeAll: (id) => {
      for (const [handle, { document }] of places) {
        if (id === undefined || document.manifest.id === id) close(handle);
      }
    },
    ledgerOf: (session) => ledgerOf(session),
  };
}
