// A PDF as text, page by page, in the order in which pdf.js reads it. What a page shows as a picture is not read, and told.
import { AbortedError, InvalidInputError, type Place } from '@longread/core';
import type { PDFDocumentLoadingTask, PDFDocumentProxy } from 'pdfjs-dist';
import { checkLimit, createPauses, limits } from '../limits.ts';
import { createHeadingFinder } from '../text/headings.ts';
import type { FileText, GivenFile, ReadOptions } from '../types.ts';
import { headingsOf } from './bookmarks.ts';
import { loadPdfjs } from './load-pdfjs.ts';
import { linesOf } from './page-lines.ts';
import { goesOn, joinLines, pageText } from './page-text.ts';

/** @throws InvalidInputError (damaged, encrypted, without text) | LimitExceededError | AbortedError */
export async function readPdf({ blob, name }: GivenFile, options: ReadOptions): Promise<FileText> {
  const { signal } = options;
  const { getDocument, VerbosityLevel } = await loadPdfjs();
  const task = getDocument({
    data: new Uint8Array(await blob.arrayBuffer()),
    verbosity: VerbosityLevel.ERRORS,
    isEvalSupported: false, // pages that embed this forbid it
    useWorkerFetch: false,
    disableFontFace: true,
    useSystemFonts: false,
    isOffscreenCanvasSupported: false,
  });
  const stop = () => void task.destroy().catch(() => undefined);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await readPages(await opened(task, name), name, options);
  } catch (error) {
    // What is stopped fails in ways of its own.
    if (signal?.aborted)
      throw new AbortedError(
        'Cancelled during opening a file.',
        { during: 'opening a file' },
        { cause: signal.reason },
      );
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    await task.destroy().catch(() => undefined);
  }
}

async function opened(task: PDFDocumentLoadingTask, name: string): Promise<PDFDocumentProxy> {
  try {
    return await task.promise;
  } catch (error) {
    const reason = error instanceof Error ? error : new Error(String(error));
    if (reason.name === 'PasswordException')
      throw new InvalidInputError(
        `${name} is encrypted and opens with a password only. Save a copy without one and choose that.`,
        { kind: 'encrypted' },
        { cause: error },
      );
    throw new InvalidInputError(
      `${name} is a damaged PDF file: ${reason.message.replace(/\.$/, '')}. Save or download it again.`,
      { kind: 'damaged' },
      { cause: error },
    );
  }
}

async function readPages(
  pdf: PDFDocumentProxy,
  name: string,
  { signal, onProgress }: ReadOptions,
): Promise<FileText> {
  const { numPages } = pdf;
  checkLimit(
    `${name} has too many pages`,
    numPages,
    limits.pdfPages,
    'Split it, or save the part that you ask about.',
  );
  const pause = createPauses(signal);
  const labels = (await pdf.getPageLabels().catch(() => null)) ?? [];
  const pages: Place[] = [];
  const silent: string[] = [];
  const damaged: string[] = [];
  let text = '';
  for (let number = 1; number <= numPages; number++) {
    await pause();
    onProgress?.({ done: number - 1, total: numPages, unit: 'pages' });
    const label = (labels[number - 1] ?? '') || String(number);
    const page = await textOfPage(pdf, number, label, name);
    if (page === undefined) damaged.push(label);
    else if (page === '') silent.push(label);
    const joined = joinPages(text, page ?? '');
    text = joined.text;
    pages.push({ start: joined.start, kind: 'page', label: label.slice(0, 200) });
    checkLimit(
      `${name} holds too much text, in characters`,
      text.length,
      limits.textChars,
      'Split it first.',
    );
  }
  onProgress?.({ done: numPages, total: numPages, unit: 'pages' });
  if (text === '')
    throw new InvalidInputError(
      damaged.length > 0
        ? `${name} is damaged: none of its ${numPages} pages can be read. Save or download it again.`
        : `${name} has no text layer: its ${numPages} ${numPages === 1 ? 'page shows' : 'pages show'} pictures, as a scan does, or nothing. Have its text recognised first, ` +
            'for example with OCRmyPDF, and choose the result.',
      { kind: damaged.length > 0 ? 'damaged' : 'no text layer', pages: numPages },
    );
  const bookmarks = await headingsOf(
    pdf,
    text,
    pages.map(({ start }) => start),
  );
  const headings = bookmarks.length > 0 ? bookmarks : headingsIn(text);
  const { info } = await pdf.getMetadata().catch(() => ({ info: {} }));
  return {
    title: titleIn(info),
    text,
    notes: [
      ...pagesNote(silent, numPages, 'no text: they are empty, or pictures, which are not read'),
      ...pagesNote(damaged, numPages, 'damage and were left out'),
    ],
    outline: [...pages, ...headings].sort((a, b) => a.start - b.start),
  };
}

/** Undefined for a page that cannot be read; limits are no damage. */
async function textOfPage(
  pdf: PDFDocumentProxy,
  number: number,
  label: string,
  name: string,
): Promise<string | undefined> {
  try {
    const page = await pdf.getPage(number);
    const lines = await linesOf(page, `Page ${label} of ${name}`);
    page.cleanup();
    return pageText(lines, [label, String(number)]);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'LimitExceeded') throw error;
    return undefined;
  }
}

/** A page behind what was read before, and where it starts. A sentence, or a word, may go on over the end of a page. */
function joinPages(before: string, page: string): { readonly text: string; readonly start: number } {
  if (before === '' || page === '') return { text: before + page, start: before.length };
  const text = goesOn(before.slice(-100), page) ? joinLines(before, page) : `${before}\n\n${page}`;
  return { text, start: text.length - page.length };
}

function headingsIn(text: string): readonly Place[] {
  const finder = createHeadingFinder();
  finder.push(text);
  return finder.end();
}

/** What the file says, unless a program made it of a path or left it as it was. */
function titleIn(info: object): string {
  const title =
    'Title' in info && typeof info.Title === 'string' ? info.Title.replace(/[\0\s]+/g, ' ').trim() : '';
  return /^(?:untitled|microsoft word\b.*|.*\.(?:docx?|indd|tex|dvi|pdf))$/i.test(title) ? '' : title;
}

function pagesNote(labels: readonly string[], numPages: number, what: string): readonly string[] {
  if (labels.length === 0) return [];
  const named = labels.slice(0, 8).join(', ');
  const more = labels.length > 8 ? ', …' : '';
  return [`${labels.length} of its ${numPages} pages have ${what} (p. ${named}${more}).`];
}
