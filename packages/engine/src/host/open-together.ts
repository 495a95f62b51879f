// Opens several documents under one handle.
import type { DocumentStore } from '@longread/store';
import type { CallOptions } from '../api.ts';
import type { DocumentContext } from '../document.ts';
import { openTogether } from '../together.ts';
import type { Call } from './calls.ts';
import type { DocumentsInfo, OpenDocuments } from './open-documents.ts';
import type { Session } from './session.ts';

/**
 * @param ids all that were read as this engine reads where there are none.
 * @throws InvalidInputError | IntegrityError | AbortedError | OutOfMemoryError | DeviceLostError
 */
export async function openTogetherIn(
  open: OpenDocuments,
  store: DocumentStore,
  { fingerprint, beginId }: Pick<DocumentContext, 'fingerprint' | 'beginId'>, // the same on every device
  ids: readonly string[] | undefined,
  { options, onDevice }: Call,
): Promise<DocumentsInfo> {
  const isOurs = (each: Awaited<ReturnType<typeof store.list>>[number]) =>
    each.fingerprint === fingerprint && each.numTokens > 0;
  const wanted = ids ?? (await store.list()).filter(isOurs).map(({ id }) => id);
  const opened = (session: Session, how: CallOptions) => openTogether(session.documents, wanted, how);
  const { value, memory } = await onDevice((session) =>
    open.adding(
      session,
      wanted,
      beginId !== undefined, // what stands before a document is read
      () => opened(session, options),
      (other) => opened(other, {}),
    ),
  );
  const { handle, phases } = value;
  const { members = [] } = open.knownAt(handle);
  return { handle, phases, memory, manifests: members.map(({ manifest }) => manifest) };
}
