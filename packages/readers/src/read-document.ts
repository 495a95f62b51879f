// Any file that people have as what the engine reads: told by its bytes, with the reader of its kind, which is loaded when it is needed.
import { InvalidInputError, outlineLimits, throwIfAborted, type Place } from '@longread/core';
import { checkFileSize, limits } from './limits.ts';
import { sniff } from './sniff.ts';
import { outlineOfText } from './text/read-text.ts';
import type { FileText, GivenFile, ReadDocument, ReadOptions } from './types.ts';

/**
 * Reads a file: plain text and Markdown in any encoding that the engine decodes, web pages, EPUB, PDF.
 * @returns what `engine.ingest(document.source, document)` takes.
 * @throws InvalidInputError (a kind that is not read, a damaged or encrypted file, one without text) | LimitExceededError (too large, or made
 * to be) | AbortedError; messages name the file
 */
export async function readDocument(source: Blob, options: ReadOptions = {}): Promise<ReadDocument> {
  const file = {
    blob: source,
    name: source instanceof File && source.name !== '' ? source.name : 'The document',
  };
  throwIfAborted(options.signal, 'opening a file');
  checkFileSize(file.name, source.size);
  const title = source instanceof File ? source.name : 'Untitled';
  const kind = await sniff(file);
  if (kind === 'text') {
    const outline = await outlineOfText(file, options);
    return { title, source, notes: [], outline: outline.slice(0, outlineLimits.places) };
  }
  return documentOf(title, file, await textOf(kind, file, options));
}

async function textOf(
  kind: 'pdf' | 'zip' | 'html',
  file: GivenFile,
  options: ReadOptions,
): Promise<FileText> {
  if (kind === 'html') {
    const { readHtml } = await import('./html/read-html.ts');
    return readHtml(file, options);
  }
  if (kind === 'pdf') {
    const { readPdf } = await import('./pdf/read-pdf.ts');
    return readPdf(file, options);
  }
  const { openZip } = await import('./archive/zip.ts');
  const archive = await openZip(file);
  if (archive.has('META-INF/container.xml')) {
    const { readEpub } = await import('./epub/read-epub.ts');
    return readEpub(archive, file.name, options);
  }
  throw new InvalidInputError(
    `${file.name} is ${archiveKind(archive.paths)}, which cannot be read. Save its text as a plain text file first.`,
  );
}

/** What an archive is that is not read. */
function archiveKind(paths: readonly string[]): string {
  const has = (start: string) => paths.some((path) => path.startsWith(start));
  if (has('word/')) return 'a Word document (.docx)';
  if (has('xl/')) return 'a spreadsheet (.xlsx)';
  if (has('ppt/')) return 'a presentation (.pptx)';
  if (has('content.xml')) return 'an OpenDocument file (.odt, .ods or .odp)';
  return paths.length === 0 ? 'an empty ZIP archive' : 'a ZIP archive';
}

function documentOf(title: string, { name }: GivenFile, read: FileText): ReadDocument {
  if (read.text.trim() === '')
    throw new InvalidInputError(`${name} holds no text. Choose a file with text in it.`);
  return {
    title: read.title === '' ? title : read.title.slice(0, 300),
    source: read.text,
    notes: read.notes.slice(0, limits.notes),
    outline: thinned(read.outline),
  };
}

/** Headings of the lowest level go first where there are more places than a document may have. */
function thinned(outline: readonly Place[]): readonly Place[] {
  let kept = outline;
  for (let level: number = outlineLimits.level; kept.length > outlineLimits.places && level > 0; level--)
    kept = kept.filter((place) => place.kind !== 'heading' || (place.level ?? 1) < level);
  return kept.slice(0, outlineLimits.places);
}
