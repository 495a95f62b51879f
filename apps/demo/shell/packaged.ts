// What lies beside this page, by what whoever served it wrote into its <meta> elements: a model, and perhaps a book to try.
import { nameOf, type ModelChoice } from './model-choice.ts';
import type { Sample } from './sample.ts';

export interface Packaged {
  readonly model: ModelChoice;
  readonly sample: Sample | undefined;
}

function facts(page: Document, name: string): DOMStringMap {
  return page.querySelector<HTMLMetaElement>(`meta[name="longread-${name}"]`)?.dataset ?? {};
}

/** Text alone is enough for a book to try; without a text there is none. */
export function readPackaged(page: Document): Packaged {
  const model = facts(page, 'model');
  const { url: source = './model.gguf' } = model;
  const sample = facts(page, 'sample');
  return {
    model: {
      source,
      name: model.name ?? nameOf(source),
      sizeBytes: Number(model.bytes ?? 0),
      about: 'packaged',
    },
    sample:
      sample.text === undefined || sample.text === ''
        ? undefined
        : {
            title: sample.title ?? nameOf(sample.text),
            text: sample.text,
            question: sample.question ?? '',
            file: sample.file ?? '',
            sizeBytes: Number(sample.bytes ?? 0),
            id: sample.id ?? '',
            modelSha256: sample.model ?? '',
          },
  };
}
