// The lines of a page, from the pieces of text that pdf.js gives for it.
import type { PDFPageProxy } from 'pdfjs-dist';
import { checkLimit, limits } from '../limits.ts';
import type { PageLine } from './page-text.ts';

/** @param what names the page, for errors. @throws LimitExceededError for a page of too many pieces */
export async function linesOf(page: PDFPageProxy, what: string): Promise<readonly PageLine[]> {
  const lines: PageLine[] = [];
  let line: { -readonly [K in keyof PageLine]: PageLine[K] } | undefined;
  let count = 0;
  const end = () => {
    const text = line?.text.replace(/[\0\s]+/g, ' ').trim() ?? '';
    if (line !== undefined && text !== '') lines.push({ ...line, text });
    line = undefined;
  };
  const reader = (page.streamTextContent() as ReadableStream<TextChunk>).getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      count += next.value.items.length;
      checkLimit(
        `${what} has too many pieces of text`,
        count,
        limits.pdfPageItems,
        'Save its text as plain text first.',
      );
      for (const item of next.value.items) {
        if (item.str === undefined) continue; // a mark, not text
        const { str, width = 0, height = 0, transform = [], hasEOL = false } = item;
        const [, , , , left = 0, bottom = 0] = transform;
        if (str.trim() !== '') {
          line ??= { text: '', left, right: left, bottom, height };
          line.left = Math.min(line.left, left);
          line.right = Math.max(line.right, left + width);
          line.height = Math.max(line.height, height);
        }
        if (line) line.text += str;
        if (hasEOL) end();
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  end();
  return lines;
}

interface TextChunk {
  readonly items: readonly {
    /** Missing where the piece is a mark of the content's structure. */
    readonly str?: string;
    readonly width?: number;
    readonly height?: number;
    readonly transform?: readonly number[];
    readonly hasEOL?: boolean;
  }[];
}
