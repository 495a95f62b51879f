// The document that a command was given, as something that its server can hand to the page.
import { readFile } from 'node:fs/promises';
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { checkFile, descriptorNamed, note, readDescriptor, readPipe, userPath } from '@longread/command';
import { defaultDocument } from '@longread/command/default-document';
import { InvalidInputError } from '@longread/core';
import type { SiteContent } from '@longread/driver';

export interface OpenedDocument {
  readonly title: string;
  readonly content: SiteContent;
}

/**
 * Opens FILE as the user wrote it: a path, `-` for standard input, or a pipe; undefined is the default document.
 * @throws InvalidInputError for what is no file, empty, or may not be read
 */
export async function openDocument(named: string | undefined): Promise<OpenedDocument> {
  if (named === undefined) {
    const { title, text } = defaultDocument();
    return { title, content: text };
  }
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
