// Sources for tests, and the whole of what reading one gives.
import type { DocumentSource } from '../api.ts';
import { readSource } from '../source/source-text.ts';

export type Bytes = Uint8Array<ArrayBuffer>;

export async function readWhole(source: DocumentSource) {
  const reading = readSource(source);
  let text = '';
  for await (const piece of reading.pieces) text += piece;
  return { text, hash: reading.textHash, notes: reading.notes };
}

export const bytesOf = (text: string): Bytes => new TextEncoder().encode(text);

/** A stream of pieces; what became of it. */
export function streamOf(bytes: Bytes, pieceBytes: number) {
  let at = 0;
  const closed = { isCancelled: false };
  const stream = new ReadableStream<Bytes>({
    pull: (controller) => {
      if (at >= bytes.length) controller.close();
      else controller.enqueue(bytes.slice(at, (at += pieceBytes)));
    },
    cancel: () => {
      closed.isCancelled = true;
    },
  });
  return { stream, closed };
}

export const prose = 'Die Fähre fährt um acht, sagte Zoë. '.repeat(10);
