// Opens several documents under one handle.
import type { DocumentManifest } from '@longread/core';
import type { DocumentStore } from '@longread/store';
import type { CallOptions } from '../api.ts';
import { openTogether } from '../together.ts';
import type { Call } from './calls.ts';
import type { DocumentsInfo, OpenDocuments } from './open-documents.ts';
import type { Session } from './session.ts';

/**
 * @param ids all that were read in the engine's own preset where there are none; else all in that of the first.
 * @throws InvalidInputError | IntegrityError | AbortedError | OutOfMemoryError | DeviceLostError
 */
export async function openTogetherIn(
  open: OpenDocuments,
  store: DocumentStore,
  latest: Pick<Session, 'documents' | 'documentsOf'>, // the same on every device
  ids: readonly string[] | undefined,
  { options, onDevice }: Call,
): Promise<DocumentsInfo> {
  const stored = await store.list();
  const first = stored.find(({ id }) => id === ids?.[0]);
  const { fingerprint, settings, beginId } =
    first === undefined ? latest.documents : latest.documentsOf(first.fingerprint);
  const isOurs = (each: DocumentManifest) => each.fingerprint === fingerprint && each.numTokens > 0;
  const wanted = ids ?? stored.filter(isOurs).map(({ id }) => id);
  const opened = (session: Session, how: CallOptions) =>
    openTogether(session.documentsOf(fingerprint), wanted, how);
  const { value, memory } = await onDevice((session) =>
    open.adding(
      session,
      { ids: wanted, settings, reads: beginId !== undefined }, // what stands before a document is read
      () => opened(session, options),
      (other) => opened(other, {}),
    ),
  );
  const { handle, phases } = value;
  const { members = [] } = open.knownAt(handle);
  const manifests = [...new Set(members.map(({ manifest }) => manifest))];
  return { handle, phases, memory, manifests };
}
