// The document that a command was given, as something that its server can hand to the page.
import { openAsBlob, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  checkFile,
  descriptorNamed,
  isFolder,
  note,
  readDescriptor,
  readPipe,
  userPath,
} from '@longread/command';
import { defaultDocument } from '@longread/command/default-document';
import { InvalidInputError, type Place } from '@longread/core';
import type { SiteContent } from '@longread/driver';
import type { Folder } from '@longread/readers';
import { folderAt } from './folder.ts';
import { shown } from './shown.ts';

export interface OpenedFile {
  readonly title: string;
  readonly content: SiteContent;
}

/** What is to be read, with its places and what its reader should know. */
export interface OpenedDocument extends OpenedFile {
  readonly outline?: readonly Place[];
  readonly notes?: readonly string[];
}

/** Files and folders as the user wrote them, in order; none is the default document. */
export interface NamedFiles {
  readonly files: readonly string[];
  readonly title?: string;
}

/**
 * Opens what the user named: each a path, `-` for standard input, or a pipe. Several are one document, in their order, and
 * so are the files of a folder, in the order of their paths.
 * @throws InvalidInputError for what is no file, empty, or may not be read
 */
export async function openDocument({ files, title }: NamedFiles): Promise<OpenedDocument> {
  const opened: (OpenedFile | Folder)[] = [];
  for (const named of files) opened.push(folderNamed(named) ?? (await openFile(named))); // one after the other: a pipe may feed the next
  if (opened.length === 0)
    return { title: title ?? defaultDocument().title, content: defaultDocument().text };
  const [first] = opened;
  if (opened.length > 1) note(`Reading as one document, in this order: ${opened.map(nameOf).join(', ')}.`);
  else if (first && 'entries' in first)
    note(`Reading the files in ${nameOf(first)} as one document, in the order of their names.`);
  const whole = await readFiles(opened);
  return title === undefined ? whole : { ...whole, title };
}

const nameOf = (one: OpenedFile | Folder): string => ('entries' in one ? `${shown(one.name)}/` : one.title);

function folderNamed(named: string): Folder | undefined {
  if (descriptorNamed(named) !== undefined) return undefined;
  const path = userPath(named);
  return isFolder(path) ? folderAt(path) : undefined;
}

/** Opens a file without reading what it says. @throws InvalidInputError as `openDocument` */
export async function openFile(named: string): Promise<OpenedFile> {
  const descriptor = descriptorNamed(named);
  if (descriptor !== undefined) {
    note(`Reading ${descriptor === 0 ? 'standard input' : named} to its end.`);
    const title = descriptor === 0 ? 'Standard input' : 'A pipe';
    return { title, content: await readDescriptor(descriptor, named) };
  }
  const path = userPath(named);
  const title = basename(path);
  if (checkFile(path, named, 'document') === 'pipe') {
    note(`Reading the pipe ${named} to its end.`);
    return { title, content: await readPipe(path) };
  }
  if (statSync(path).size > 0) return { title, content: { path } };
  const bytes = await readFile(path); // files of the system (/proc) have a size of 0, and text
  if (bytes.byteLength > 0) return { title, content: bytes };
  throw new InvalidInputError(`${path} is empty: it holds no text. Name a file with text in it.`, { path });
}

/** Reads files of any kind: PDF, EPUB, web pages, texts. A text that is alone goes to the page as it is. */
async function readFiles(files: readonly (OpenedFile | Folder)[]): Promise<OpenedDocument> {
  const { readDocument } = await import('@longread/readers');
  const given = await Promise.all(
    files.map((one) => ('entries' in one ? Promise.resolve(one) : fileOf(one))),
  );
  const { title, source, outline, notes } = await readDocument(given, { order: 'given' });
  const [first] = files;
  const isText = typeof source === 'string' || first === undefined || 'entries' in first;
  const content = isText ? (source as string) : first.content;
  return { title, content, outline, notes };
}

async function fileOf({ title, content }: OpenedFile): Promise<File> {
  const bytes = typeof content === 'object' && 'path' in content ? await openAsBlob(content.path) : content;
  return new File([bytes as BlobPart], title);
}
