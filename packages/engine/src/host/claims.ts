// Holding a document while it is written: one writer among all tabs and workers of the origin.
import { AbortedError, DocumentInUseError } from '@longread/core';
import type { DocumentStore } from '@longread/store';
import type { CallOptions } from '../api.ts';

/**
 * Runs `work` while nobody else may write the document; its options' signal fires when the hold is taken away too.
 * @throws DocumentInUseError (somebody writes it, or took it away; what was stored stays whole) | what `work` throws
 */
export async function whileWriting<T>(
  store: DocumentStore,
  id: string,
  call: CallOptions,
  work: (call: CallOptions) => Promise<T>,
): Promise<T> {
  const hold = await store.hold(id, 'write');
  try {
    const signal = call.signal ? AbortSignal.any([call.signal, hold.lost]) : hold.lost;
    return await work({ ...call, signal });
  } catch (error) {
    if (!(error instanceof AbortedError && hold.lost.aborted)) throw error;
    throw new DocumentInUseError(
      `Another tab took document ${id} over while it was written here. It is whole as of its last chunk; open it again.`,
      { document: id },
      { cause: error },
    );
  } finally {
    hold.release();
  }
}
