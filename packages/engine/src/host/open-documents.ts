// The documents that a host has in use, each under a handle, with its hold on the store and its state on a session.
import {
  checkInteger,
  ClosedError,
  InvalidInputError,
  type DocumentManifest,
  type ReadSettings,
} from '@longread/core';
import { decodeMemory, documentMemory, readingMemory, type MemoryItem } from '@longread/planner';
import type { DocumentHold, DocumentStore } from '@longread/store';
import type { MemoryStats, PhaseStats } from '../api.ts';
import { reopenDocument, wholeOf, type OpenDocument } from '../document.ts';
import type { OpenedModel } from '../load.ts';
import type { PlannedWork } from './memory-ledger.ts';
import type { Session } from './session.ts';

/** A document in use, by a handle that is good until it is closed. */
export interface DocumentInfo extends PlacedDocument {
  readonly memory: MemoryStats;
}

/** Several documents in use as one. */
export interface DocumentsInfo extends Omit<DocumentInfo, 'manifest' | 'opened'> {
  /** In the order of their making. */
  readonly manifests: readonly DocumentManifest[];
}

/** The same before anybody says what it took of memory. */
export interface PlacedDocument {
  readonly handle: number;
  readonly manifest: DocumentManifest;
  readonly opened: boolean;
  readonly phases: readonly PhaseStats[];
}

export interface OpenDocuments {
  /**
   * Plans to put the document that `make` makes under a handle of its own.
   * @param again opens it on another session; by default by its id.
   */
  adding(
    session: Session,
    added: Added,
    make: () => Promise<OpenDocument>,
    again?: Place['again'],
  ): PlannedWork<PlacedDocument>;
  /** Plans to put what `make` reads in the place of what the handle has; where it fails, that is let go of. */
  replacing(session: Session, handle: number, make: () => Promise<OpenDocument>): PlannedWork<PlacedDocument>;
  /** The document of a handle as it was used last, with no need of a device: its state may be of one that is gone. */
  knownAt(handle: number): OpenDocument;
  /**
   * Of what the handle's document has now, with no need of a device.
   * @param id which of several.
   * @throws InvalidInputError (no such range, or no such document among them) | IntegrityError
   */
  textAt(handle: number, start: number, end: number | undefined, id?: string): Promise<string>;
  /** The document of a handle; without a state on this session, as the store has it. */
  documentAt(session: Session, handle: number): Promise<OpenDocument>;
  /** Lets go of a state that may differ from the stored one; the next use opens the document again. */
  forget(handle: number): void;
  close(handle: number): void;
  /** Those of one document, or all. */
  closeAll(id?: string): void;
  /** GPU memory held on a session, with documents of these settings more than are open there, and room for passes over so many keys. */
  readonly heldOn: (
    session: Session,
    more: readonly ReadSettings[],
    numKeys: number,
  ) => readonly MemoryItem[];
}

/** What is to be put under a handle. */
interface Added {
  /** The stored documents that it is of: they are held while it is open. */
  readonly ids: readonly string[];
  readonly settings: ReadSettings;
  /** Whether it is read, not only opened. */
  readonly reads: boolean;
}

interface Place {
  /** Keep the documents from being deleted elsewhere while this is open here. */
  readonly holds: readonly DocumentHold[];
  /** Opens it on another session. */
  readonly again: ((session: Session) => Promise<OpenDocument>) | undefined;
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
  /** What making a document takes beside what is held. */
  const phasesOf = ({ answers: { cache } }: Session, read: ReadSettings | undefined) => [
    [
      ...(read ? [readingMemory(config, read)] : []),
      ...(cache ? [decodeMemory(config, cache.capacity)] : []),
    ],
  ];
  /** A reading is long and has no use for it: the next question makes another. */
  const dropDecodeCache = ({ answers }: Session) => {
    answers.cache?.dispose();
    answers.cache = undefined;
  };
  const place = (handle: number, { holds, again, session, document }: Place) => {
    places.set(handle, { holds, again, session, document });
    const { manifest, opened, phases } = document;
    return { handle, manifest, opened, phases };
  };
  /** Lets go of a state that may differ from the stored one; the next use opens the document again. */
  const forget = (handle: number) => {
    const found = placeAt(handle);
    found.document.compressor.dispose();
    places.set(handle, { ...found, session: undefined });
  };
  const close = (handle: number) => {
    const found = places.get(handle);
    found?.document.compressor.dispose();
    found?.holds.forEach((hold) => hold.release());
    places.delete(handle);
  };
  return {
    adding: (session, { ids, settings, reads }, make, again) => {
      if (reads) dropDecodeCache(session);
      return {
        phases: phasesOf(session, reads ? settings : undefined),
        moreDocuments: [settings],
        run: async () => {
          const holds: DocumentHold[] = [];
          try {
            for (const id of ids) holds.push(await store.hold(id, 'read'));
            return place(nextHandle++, { holds, again, session, document: await make() });
          } catch (error) {
            for (const hold of holds) hold.release();
            throw error;
          }
        },
      };
    },
    replacing: (session, handle, make) => {
      dropDecodeCache(session);
      return {
        phases: phasesOf(session, placeAt(handle).document.manifest.settings),
        run: async () => {
          const { holds, again } = placeAt(handle);
          try {
            return place(handle, { holds, again, session, document: await make() });
          } catch (error) {
            forget(handle);
            throw error;
          }
        },
      };
    },
    knownAt: (handle) => placeAt(handle).document,
    textAt: async (handle, start, end, id) => {
      const { document } = placeAt(handle);
      const manifest = id === undefined ? document.manifest : memberOf(document, id);
      const { numChars } = manifest;
      const last = end ?? numChars;
      checkInteger('end', last, 0, numChars);
      checkInteger('start', start, 0, last);
      return wholeOf(store, manifest).text.slice({ start, end: last });
    },
    documentAt: async (session, handle) => {
      const found = placeAt(handle);
      if (found.session === session) return found.document;
      const { id, fingerprint } = found.document.manifest;
      const document = await (found.again?.(session) ?? reopenDocument(session.documentsOf(fingerprint), id));
      places.set(handle, { ...found, session, document });
      return document;
    },
    forget,
    close,
    closeAll: (id) => {
      for (const [handle, { holds }] of places) {
        if (id === undefined || holds.some((hold) => hold.id === id)) close(handle);
      }
    },
    heldOn: (session, more, numKeys) => {
      const open = [...places.values()].filter((each) => each.session === session);
      const all = [...open.map(({ document }) => document.manifest.settings), ...more];
      const alike = new Map<string, ReadSettings[]>();
      for (const settings of all) {
        const key = JSON.stringify(settings);
        alike.set(key, [...(alike.get(key) ?? []), settings]);
      }
      const items = [...alike.values()].flatMap((of) =>
        of.slice(0, 1).map((one) => documentMemory(config, one, of.length)),
      );
      return [...session.heldFor(numKeys), ...items];
    },
  };
}

/** @throws InvalidInputError */
function memberOf({ members = [] }: OpenDocument, id: string): DocumentManifest {
  const found = members.find(({ manifest }) => manifest.id === id);
  if (found) return found.manifest;
  throw new InvalidInputError(`None of the documents that are open together has the id ${id}.`, {
    document: id,
  });
}
