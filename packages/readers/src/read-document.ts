// Any file that people have as what the engine reads: told by its bytes, with the reader of its kind, which is loaded when it is needed.
import { InvalidInputError, outlineLimits, throwIfAborted, type Place } from '@longread/core';
import { checkFileSize, limits } from './limits.ts';
import { sniff } from './sniff.ts';
import { outlineOfText, readText } from './text/read-text.ts';
import type { FileText, Folder, GivenFile, ReadDocument, ReadOptions } from './types.ts';

/**
 * Reads a file: plain text and Markdown in any encoding that the engine decodes, web pages, EPUB, PDF, Word documents. Several files are one
 * document, each with its name as a place, and so are those of a folder (files that know it, or `Folder`); what has no text and what is hidden
 * is left out and told.
 * @returns what `engine.ingest(document.source, document)` takes.
 * @throws InvalidInputError (a kind that is not read, a damaged or encrypted file, one without text) | LimitExceededError (too large, or made
 * to be) | AbortedError; messages name the file
 */
export async function readDocument(
  source: Blob | readonly (Blob | Folder)[],
  options: ReadOptions = {},
): Promise<ReadDocument> {
  const given = (source instanceof Blob ? [source] : source).map(named);
  throwIfAborted(options.signal, 'opening a file');
  const [file] = given;
  if (file === undefined) throw new InvalidInputError('No file was given. Choose one with text in it.');
  if (given.length > 1 || 'entries' in file || file.name.includes('/')) {
    const { filesOf, readSeveral } = await import('./several/read-several.ts');
    const { files, notes } = await filesOf(given, options.signal);
    const all = await readSeveral(files, options, async (one, opened) => {
      const kind = await sniff(one);
      return kind === 'text' ? readText(one, opened) : textOf(kind, one, opened);
    });
    const name = titleOfSeveral(given);
    return documentOf(name, name, { ...all, notes: [...notes, ...all.notes] });
  }
  checkFileSize(file.name, file.blob.size);
  const title = file.blob instanceof File ? file.blob.name : 'Untitled';
  const kind = await sniff(file);
  if (kind !== 'text') return documentOf(title, file.name, await textOf(kind, file, options));
  const outline = await outlineOfText(file, options);
  return { title, source: file.blob, notes: [], outline: outline.slice(0, outlineLimits.places) };
}

/** A file with the folders that it was chosen with. */
function named(one: Blob | Folder): GivenFile | Folder {
  if (!(one instanceof Blob)) return one;
  if (!(one instanceof File)) return { blob: one, name: 'The document' };
  const { webkitRelativePath: path = '' } = one as { readonly webkitRelativePath?: string };
  return { blob: one, name: path !== '' ? path : one.name !== '' ? one.name : 'The document' };
}

function titleOfSeveral(given: readonly { readonly name: string }[]): string {
  const [first = '', ...others] = new Set(given.map(({ name }) => name.split('/', 1)[0] ?? ''));
  return others.length > 2 ? `${first} and ${others.length} more` : [first, ...others].join(', ');
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
  if (archive.has('word/document.xml')) {
    const { readDocx } = await import('./docx/read-docx.ts');
    return readDocx(archive, file.name);
  }
  throw new InvalidInputError(
    `${file.name} is ${archiveKind(archive.paths)}, which cannot be read. Save its text as a plain text file first.`,
  );
}

/** What an archive is that is not read. */
function archiveKind(paths: readonly string[]): string {
  const has = (start: string) => paths.some((path) => path.startsWith(start));
  if (has('xl/')) return 'a spreadsheet (.xlsx)';
  if (has('ppt/')) return 'a presentation (.pptx)';
  if (has('content.xml')) return 'an OpenDocument file (.odt, .ods or .odp)';
  return paths.length === 0 ? 'an empty ZIP archive' : 'a ZIP archive';
}

function documentOf(title: string, name: string, read: FileText): ReadDocument {
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
