// The calls that read: a source becomes a document, or goes on with one.
import {
  checkedNotes,
  checkedOutline,
  checkInteger,
  InvalidInputError,
  type ReadSettings,
} from '@longread/core';
import { describedAnew, type DocumentStore } from '@longread/store';
import { checkQuestion } from '../answer/answer.ts';
import type { CallOptions, DocumentSource } from '../api.ts';
import { documentOf, reopenDocument } from '../document.ts';
import type { OpenedModel } from '../load.ts';
import { createPhaseClock } from '../phases.ts';
import { appendDocument, readDocument } from '../read.ts';
import { withoutRange, withRange } from '../remove.ts';
import { checkLength, survey } from '../survey.ts';
import type { Calls } from './calls.ts';
import type { CallChannel, EngineHost, HostDescription } from './engine-host.ts';
import type { Measured } from './memory-ledger.ts';
import type { DocumentInfo, OpenDocuments, PlacedDocument } from './open-documents.ts';
import { checkRoom } from './plan-document.ts';
import type { Rates } from './rates.ts';
import type { Recovery } from './recovery.ts';
import type { Session } from './session.ts';

export interface ReadCalls extends Pick<EngineHost, 'ingest' | 'append' | 'remove' | 'restore'> {
  /** At which documents were read so far, had they been read so deep; undefined where none was. */
  readonly tokensPerSecond: (settings: Pick<ReadSettings, 'exitLayer'>) => number | undefined;
}

/** Layers that a call reads through, once it is known. */
interface Pace {
  layers: number;
}

export function createReadCalls(
  { file, tokenizer }: OpenedModel,
  store: DocumentStore,
  recovery: Recovery,
  open: OpenDocuments,
  calls: Calls,
  rates: Rates,
): ReadCalls {
  const { config } = file;

  /** Reads a source once, before the device is asked for anything: what it is. */
  const surveyed = async (source: DocumentSource, maxTokens: number, options: CallOptions) => {
    const clock = createPhaseClock();
    const text = await clock.run(
      'tokenize',
      () => survey(tokenizer, source, { ...options, maxTokens }),
      ({ numTokens }) => numTokens,
    );
    return { text, phases: clock.phases };
  };
  /** A call that reads, whose pace is noted: of reading in tokens times layers, which presets have in common. */
  const paced = (channel: CallChannel, pace: Pace): CallChannel => {
    const watch = rates.watch(undefined);
    return {
      ...channel,
      onProgress: (progress) => {
        const { phase, done } = progress;
        watch(phase === 'compress' ? { ...progress, done: done * pace.layers } : progress);
        channel.onProgress?.(progress);
      },
    };
  };

  /** A call that changes what of a document is gathered; its records stay. */
  const changing =
    (change: typeof withoutRange): EngineHost['remove'] =>
    (handle, start, end, channel) =>
      calls.take('open', channel, (call) =>
        call.writing(open.knownAt(handle).manifest.id, async ({ onDevice }) =>
          withMemory(
            await onDevice(async (session) => {
              const { numChunks, id } = (await open.documentAt(session, handle)).manifest;
              const stored = await store.manifest(id);
              if (stored.numChunks !== numChunks) open.forget(handle); // another tab read on
              const { compressor, opened } = await open.documentAt(session, handle);
              const left = await store.updateManifest(await change(store, stored, start, end));
              return open.replacing(session, handle, () =>
                Promise.resolve(
                  documentOf(session.documentsOf(left.fingerprint), compressor, left, [], opened),
                ),
              );
            }),
          ),
        ),
      );

  return {
    tokensPerSecond: ({ exitLayer }) => {
      const rate = rates.perSecond('compress');
      return rate === undefined ? undefined : rate / exitLayer;
    },
    ingest: (source, { title, maxTokens, reuse, preset, toAsk, ...given }, channel) => {
      const pace = { layers: 0 };
      return calls.take('tokenize', paced(channel, pace), async (call) => {
        // Callers may come from untyped code, where anything arrives here.
        if (typeof title !== 'string')
          throw new InvalidInputError('The title is no text. Give a string, or none.');
        checkInteger('maxTokens', maxTokens, 0, Infinity);
        const readWith = ({ documents, documentsIn }: Session) =>
          preset === undefined ? documents : documentsIn(preset);
        const { fingerprint, settings, calibration } = readWith(recovery.latest); // the same on every device
        pace.layers = settings.exitLayer;
        const description = described(given);
        const { text, phases } = await surveyed(source, maxTokens, call.options);
        if (maxTokens === 0) checkedOutline(description.outline, text.numChars);
        const { answers } = recovery.latest;
        const { numTokens } = text;
        if (toAsk) checkQuestion(answers, toAsk.question, toAsk.options ?? {}, { numTokens, calibration });
        const match = { fingerprint, sourceHash: text.textHash, maxTokens };
        const ready = reuse ? await store.find(match) : undefined;
        if (ready) {
          const anew = describedAnew(ready, description);
          // What was removed of it is there again: its source was given whole.
          if (anew ?? ready.removed) await store.updateManifest({ ...(anew ?? ready), removed: undefined });
          return withMemory(await call.onDevice(reopeningIn(open, store, ready.id)));
        }
        // Whoever does not reuse begins anew, and goes on with his own after a lost device.
        const begun = reuse ? await store.find({ ...match, state: 'reading' }) : undefined;
        const id = begun?.id ?? crypto.randomUUID();
        await checkRoom(config, settings, store, { ...text, storedBytes: begun?.sizeBytes ?? 0 });
        return call.writing(id, async ({ options, onDevice }) =>
          withMemory(
            await onDevice(async (session) => {
              const partial = (await store.list()).find((manifest) => manifest.id === id);
              const request = { id, title, maxTokens, source: text, description, phases, partial };
              return open.adding(session, { ids: [id], settings, reads: true }, () =>
                readDocument(readWith(session), request, options),
              );
            }),
          ),
        );
      });
    },
    append: (handle, source, given, channel) => {
      const pace = { layers: 0 };
      return calls.take('tokenize', paced(channel, pace), async (call) => {
        const description = described(given);
        const { text, phases } = await surveyed(source, 0, call.options);
        checkedOutline(description.outline, text.numChars);
        const { id, numTokens, numChars, settings, sizeBytes } = open.knownAt(handle).manifest;
        pace.layers = settings.exitLayer;
        const unread = { numTokens: numTokens + text.numTokens, numChars: numChars + text.numChars };
        checkLength(unread);
        await checkRoom(config, settings, store, { ...unread, storedBytes: sizeBytes });
        return call.writing(id, async ({ options, onDevice }) =>
          withMemory(
            await onDevice(async (session) => {
              // Another handle or tab, or an attempt before this one, may have moved the stored document on.
              const { numChunks, title } = (await open.documentAt(session, handle)).manifest;
              const stored = await store.manifest(id);
              if (stored.numChunks !== numChunks || stored.title !== title) open.forget(handle);
              const document = await open.documentAt(session, handle);
              return open.replacing(session, handle, () =>
                appendDocument(
                  session.documentsOf(stored.fingerprint),
                  document,
                  text,
                  description,
                  phases,
                  options,
                ),
              );
            }),
          ),
        );
      });
    },
    remove: changing(withoutRange),
    restore: changing(withRange),
  };
}

/** Opens a stored document, as it was read. */
export function reopeningIn(open: OpenDocuments, store: Pick<DocumentStore, 'manifest'>, id: string) {
  return async (session: Session) => {
    const { fingerprint } = await store.manifest(id);
    const documents = session.documentsOf(fingerprint);
    const added = { ids: [id], settings: documents.settings, reads: false };
    return open.adding(session, added, () => reopenDocument(documents, id));
  };
}

/** A document with what it took of memory to make it. */
export function withMemory({ value, memory }: Measured<PlacedDocument>): DocumentInfo {
  return { ...value, memory };
}

/** Callers may come from untyped code, where anything arrives here. @throws InvalidInputError */
function described({ outline, notes }: HostDescription) {
  return { outline: checkedOutline(outline ?? []), notes: checkedNotes(notes ?? []) };
}
