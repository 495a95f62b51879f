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

/** Files as the user wrote them, in order; none is the default document. */
export interface NamedFiles {
  readonly files: readonly string[];
  readonly title?: string;
}

/**
 * Opens what the user named: each a path, `-` for standard input, or a pipe. Several are one document, in their order.
 * @throws InvalidInputError for what is no file, empty, or may not be read
 */
export async function openDocument({ files, title }: NamedFiles): Promise<OpenedDocument> {
  const opened: OpenedDocument[] = [];
  for (const named of files) opened.push(await openFile(named)); // one after the other: a pipe may feed the next
  const [first, ...others] = opened;
  if (first === undefined)
    return { title: title ?? defaultDocument().title, content: defaultDocument().text };
  const whole = others.length === 0 ? first : await joinFiles(opened);
  return title === undefined ? whole : { ...whole, title };
}

async function openFile(named: string): Promise<OpenedDocument> {
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

/** The files' texts, a blank line between them. */
async function joinFiles(files: readonly OpenedDocument[]): Promise<OpenedDocument> {
  const titles = files.map(({ title }) => title);
  note(`Reading as one document, in this order: ${titles.join(', ')}.`);
  const texts = await Promise.all(files.map(textOf));
  const [first = '', ...others] = titles;
  const title = others.length > 2 ? `${first} and ${others.length} more` : titles.join(', ');
  return { title, content: texts.map((text) => text.replace(/\n*$/, '\n')).join('\n') };
}

async function textOf({ title, content }: OpenedDocument): Promise<string> {
  if (typeof content === 'string') return content;
  const bytes = content instanceof Uint8Array ? content : await readFile(content.path);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    const said = `${title} is not UTF-8, and of several files all have to be. Convert it (iconv -t UTF-8), or read it alone.`;
    throw new InvalidInputError(said, { title }, { cause: error });
  }
}
