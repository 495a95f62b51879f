// An engine in this process that reads and answers for an evaluation.
import { openAsBlob } from 'node:fs';
import { invariant } from '@longread/core';
import { createEngine, type DocumentSet, type EngineInfo, type LongreadDocument } from 'longread';
import type { Asker, AskerOptions } from './asker.ts';

export interface DawnAsker {
  readonly asker: Asker;
  readonly adapter: string;
  readonly tuning: EngineInfo['tuning'];
  close(): Promise<void>;
}

/** @throws ModelFormatError | WebGpuUnavailableError | OutOfMemoryError | LimitExceededError */
export async function openDawnAsker(gpu: GPU, modelPath: string, options: AskerOptions): Promise<DawnAsker> {
  const model = await openAsBlob(modelPath);
  const { onProgress, tuning: known, ...read } = options;
  const here = { model, gpu, worker: false, storage: 'memory', tune: { ...(known && { known }) } } as const;
  const engine = await createEngine({ ...read, ...here, onProgress });
  const { adapter, tuning } = await engine.info();
  let document: LongreadDocument | DocumentSet | undefined;
  const current = () => {
    invariant(document, 'nothing was read yet');
    return document;
  };
  const close = async () => {
    await document?.close();
    document = undefined;
  };
  return {
    adapter,
    tuning,
    asker: {
      read: async (text, title) => {
        await close();
        const read = await engine.ingest(text, { title, reuse: false, onProgress });
        document = read;
        return read.manifest.settings.exitLayer;
      },
      ask: (question, options) =>
        current()
          .ask(question, { ...options, onProgress })
          .result(),
      measureHeads: (sample, sets) => engine.measureHeads(sample, { onProgress, ...(sets && { sets }) }),
      together: async () => {
        await close();
        document = await engine.documents.together();
      },
      forget: async () => {
        const asked = current();
        const ids = 'documents' in asked ? asked.documents.map(({ id }) => id) : [asked.manifest.id];
        await close();
        for (const id of ids) await engine.documents.delete(id);
      },
    },
    close: () => engine.dispose(),
  };
}
