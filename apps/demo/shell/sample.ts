// The book to try: chapters that were read before, as an export file beside the page, imported in seconds. Where that was read by another
// model than the one that is loaded, the text itself is read.
import type { LongReadElement } from '@longread/element';
import type { Engine } from 'longread';

/** What a build or `npm run demo` says of it. */
export interface Sample {
  readonly title: string;
  /** Address of the text. */
  readonly text: string;
  /** One that it answers, to begin with. */
  readonly question: string;
  /** Address of the export file; empty when nothing was read before. */
  readonly file: string;
  /** Bytes of that file. */
  readonly sizeBytes: number;
  /** Of the document in it. */
  readonly id: string;
  /** SHA-256 of the model that read it. */
  readonly modelSha256: string;
}

/** Fails as the engine does where it fetches. */
async function fetchFile(address: string): Promise<Blob> {
  const url = new URL(address, location.href).href;
  const failed = (message: string, status: number): Error =>
    Object.assign(new Error(message), { code: 'Network', details: { url, status } });
  const response = await fetch(url, { cache: 'no-cache' }).catch((error: unknown) => {
    throw failed(String(error), 0);
  });
  if (!response.ok) throw failed(`${url} answered ${response.status}.`, response.status);
  return response.blob();
}

/** Opens it in the element: the stored one, the imported one, or what comes of reading the text. Failures are the element's. */
export async function openSample(sample: Sample, engine: Engine, element: LongReadElement): Promise<void> {
  const { title, text, question, file, id, modelSha256 } = sample;
  element.question = question;
  const fits = file !== '' && (await engine.info()).modelSha256 === modelSha256;
  const stored = (await engine.documents.list()).some((document) => document.id === id);
  if (fits && !stored) {
    try {
      await engine.documents.import(await fetchFile(file));
    } catch {
      // Damaged, gone, or no room: then it is read, which says what is wrong if that goes wrong too.
    }
  }
  if (fits && (await engine.documents.list()).some((document) => document.id === id)) await element.open(id);
  else await element.read(await fetchFile(text), title);
}
