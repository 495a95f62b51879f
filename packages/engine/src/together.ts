// Opens several stored documents as one to ask, with a compressor that is after none of them: no state stands behind them all.
import { throwIfAborted, type DocumentManifest } from '@longread/core';
import { addedMoments } from '@longread/planner';
import type { CallOptions } from './api.ts';
import { createCompressor } from './compress.ts';
import { documentOf, stateOf, type DocumentContext, type OpenDocument } from './document.ts';
import { joinedManifest, membersOf, numTokensOf } from './members.ts';
import { createPhaseClock } from './phases.ts';

/**
 * Opens several documents, each once, in the order of their making. What of a state the search needs is read of each, one after the other.
 * @throws InvalidInputError (none, or an unknown id) | IntegrityError (another model or settings, or damaged) | AbortedError
 */
export async function openTogether(
  context: DocumentContext,
  ids: readonly string[],
  { signal, onProgress }: CallOptions,
): Promise<OpenDocument> {
  const { gpu, transformer, store, settings, fingerprint, beginId } = context;
  const clock = createPhaseClock();
  const compressor = await createCompressor(gpu, transformer, settings, beginId);
  try {
    const members = await clock.run(
      'open',
      async () => {
        const manifests: DocumentManifest[] = [];
        const moments: Float64Array[] = [];
        const distinct = [...new Set(ids)];
        for (const [done, id] of distinct.entries()) {
          throwIfAborted(signal, 'open');
          onProgress?.({ phase: 'open', done, total: distinct.length, unit: 'documents' });
          const opened = await store.open(id, { fingerprint, settings });
          manifests.push(opened.manifest);
          moments.push(stateOf(opened).moments);
        }
        onProgress?.({ phase: 'open', done: distinct.length, total: distinct.length, unit: 'documents' });
        await compressor.beginWith(addedMoments(moments), { during: 'open', signal });
        return membersOf(manifests);
      },
      (of) => numTokensOf(of),
    );
    return documentOf(context, compressor, joinedManifest(members), clock.phases, true, members);
  } catch (error) {
    compressor.dispose();
    throw error;
  }
}
