// Any file that people have as what the engine reads: told by its bytes, with the reader of its kind, which is loaded when it is needed.
import { InvalidInputError, outlineLimits, throwIfAborted, type Place } from '@longread/core';
import { checkFileSize, checkLimit, limits } from './limits.ts';
import { sniff } from './sniff.ts';
import { outlineOfText, readText } from './text/read-text.ts';
import type { FileText, GivenFile, ReadDocument, ReadOptions } from './types.ts';

/**
 * Reads a file: plain text and Markdown in any encoding that the engine decodes, web pages, EPUB, PDF, Word documents. Several files are one
 * document, each with its name as a place; those without text are left out and told.
 * @returns what `engine.ingest(document.source, document)` takes.
 * @throws InvalidInputError (a kind that is not read, a damaged or encrypted file, one without text) | LimitExceededError (too large, or made
 * to be) | AbortedError; messages name the file
 */
export async function readDocument(
  source: Blob | readonly Blob[],
  options: ReadOptions = {},
): Promise<ReadDocument> {
  const files = (source instanceof Blob ? [source] : source).map((blob) => ({ blob, name: nameOf(blob) }));
  throwIfAborted(options.signal, 'opening a file');
  checkLimit(
    'Too many files were chosen',
    files.length,
    limits.files,
    'Choose fewer, or a folder in the folder.',
  );
  const totalBytes = files.reduce((sum, { blob }) => sum + blob.size, 0);
  const [file] = files;
  if (file === undefined) throw new InvalidInputError('No file was given. Choose one with text in it.');
  checkFileSize(files.length === 1 ? file.name : 'What was chosen', totalBytes);
  if (files.length > 1) {
    const { readSeveral } = await import('./several/read-several.ts');
    const all = await readSeveral(files, options, async (one, given) => {
      const kind = await sniff(one);
      return kind === 'text' ? readText(one, given) : textOf(kind, one, given);
    });
    return documentOf(titleOfSeveral(files), file, all);
  }
  const title = file.blob instanceof File ? file.blob.name : 'Untitled';
  const kind = await sniff(file);
  if (kind !== 'text') return documentOf(title, file, await textOf(kind, file, options));
  const outline = await outlineOfText(file, options);
  return { title, source: file.blob, notes: [], outline: outline.slice(0, outlineLimits.places) };
}

/** With the folders that it was chosen with. */
function nameOf(blob: Blob): string {
  if (!(blob instanceof File)) return 'The document';
  const { webkitRelativePath: path = '' } = blob as { readonly webkitRelativePath?: string };
  return path !== '' ? path : blob.name !== '' ? blob.name : 'The document';
}

function titleOfSeveral(files: readonly GivenFile[]): string {
  const [first = '', ...others] = files.map(({ name }) => name);
  const [folder = ''] = first.split('/');
  const isFolder = folder !== first && others.every((name) => name.startsWith(`${folder}/`));
  if (isFolder) return folder;
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
