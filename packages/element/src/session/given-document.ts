// What a reader or the page gave, as what the engine reads: a file of any kind, told by its bytes; the readers are loaded when there is one.
import type { Folder, ReaderProgress } from '@longread/readers';
import type { CallOptions, DocumentSource, IngestOptions } from 'longread';

/** Several files are one document, and so are those of a folder. */
export type GivenSource = DocumentSource | readonly (File | Folder)[];

interface GivenDocument extends Pick<IngestOptions, 'outline' | 'notes'> {
  readonly title: string;
  readonly source: DocumentSource;
  /** What is known of the text before it is read, to be shown. */
  readonly text?: string;
}

/** Bytes of a text that is shown before it is read: a larger one is shown when it is there. */
const maxShownBytes = 32 * 1024 * 1024;

/** @throws InvalidInputError (no kind that is read; damaged) | LimitExceededError | AbortedError: of files, which they name */
export async function givenDocument(
  source: GivenSource,
  title: string,
  { signal, onProgress }: Required<CallOptions>,
): Promise<GivenDocument> {
  if (typeof source === 'string') return { title, source, text: source };
  if (!(source instanceof Blob) && !isFiles(source)) return { title, source };
  const { readDocument } = await import('@longread/readers');
  const { title: own, ...read } = await readDocument(source, {
    signal,
    onProgress: (progress) => onProgress({ phase: 'tokenize', ...amountOf(progress) }),
  });
  // A file's own title, where it has one that is not its name.
  const name = source instanceof Blob && (!(source instanceof File) || own === source.name) ? title : own;
  if (typeof read.source === 'string') return { ...read, title: name, text: read.source };
  return { ...read, title: name, ...(await asShown(read.source)) };
}

/** Pages, chapters and files are counted as cases are. */
function amountOf({ done, total, unit }: ReaderProgress) {
  return { done, total, unit: unit === 'bytes' ? unit : 'cases' } as const;
}

function isFiles(source: GivenSource): source is readonly (File | Folder)[] {
  return Array.isArray(source);
}

/** Decoded as the engine decodes it, so that places are the same. */
async function asShown(source: Blob): Promise<{ readonly text?: string }> {
  if (source.size > maxShownBytes) return {};
  const { decodeBytes } = await import('@longread/readers/text');
  const { pieces } = await decodeBytes(bytesOf(source));
  let text = '';
  for await (const piece of pieces) text += piece;
  return { text };
}

async function* bytesOf(source: Blob): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  yield new Uint8Array(await source.arrayBuffer());
}
