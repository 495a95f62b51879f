// What a source is when it is no plain text: kinds of file that begin with known bytes, and markup. Signatures are facts of the
// formats; this names what a person dropped, and parses nothing.
import { InvalidInputError, type SourceNote } from '@longread/core';

interface FileKind {
  /** As in "The document is {name}." */
  readonly name: string;
  /** First characters, bytes as Latin-1. */
  readonly begins: string;
  /** What to do instead. */
  readonly remedy: string;
}

const toReader =
  'Give it to readDocument of @longread/readers, and what that gives to the engine; or save its text first.';
const unpack = 'Unpack it and choose a text file in it.';
const none = 'Choose a file with text in it.';

const fileKinds: readonly FileKind[] = [
  { name: 'a PDF file', begins: '%PDF-', remedy: toReader },
  { name: 'a ZIP archive, as .docx, .odt, .epub and .zip files are', begins: 'PK\x03\x04', remedy: toReader },
  {
    name: 'an old Office file (.doc, .xls, .ppt)',
    begins: '\xd0\xcf\x11\xe0',
    remedy: 'Save its text as a plain text file first.',
  },
  { name: 'a document exported by Longread', begins: '\x89LRD', remedy: 'Import it instead.' },
  {
    name: 'a model file (GGUF)',
    begins: 'GGUF',
    remedy: 'Give it as the model, and a text file as the document.',
  },
  { name: 'a gzip archive', begins: '\x1f\x8b', remedy: unpack },
  { name: 'a bzip2 archive', begins: 'BZh', remedy: unpack },
  { name: 'an xz archive', begins: '\xfd7zXZ', remedy: unpack },
  { name: 'a 7-Zip archive', begins: '7z\xbc\xaf', remedy: unpack },
  { name: 'a RAR archive', begins: 'Rar!\x1a', remedy: unpack },
  { name: 'a PNG picture', begins: '\x89PNG', remedy: none },
  { name: 'a JPEG picture', begins: '\xff\xd8\xff', remedy: none },
  { name: 'a GIF picture', begins: 'GIF8', remedy: none },
  { name: 'a sound, video or picture file (RIFF)', begins: 'RIFF', remedy: none },
  { name: 'a sound file', begins: 'ID3', remedy: none },
  { name: 'a sound file', begins: 'OggS', remedy: none },
  { name: 'a program', begins: '\x7fELF', remedy: none },
  { name: 'a SQLite database', begins: 'SQLite format 3\0', remedy: none },
];

/** Signatures of letters alone could begin a text too: those count only where more of the file is not text either. */
const isTextToo = /^[\x20-\x7e]+$/;

/**
 * @param head the beginning of a file, bytes as Latin-1 characters.
 * @param what names it in the message.
 * @throws InvalidInputError naming a kind that is no text
 */
export function refuseFileKind(head: string, what = 'The document'): void {
  const kind = fileKinds.find(({ begins }) => {
    if (!head.startsWith(begins)) return false;
    // What no text has, in whatever encoding: control characters. An accented letter is no sign.
    return begins === '%PDF-' || !isTextToo.test(begins) || /[\0-\x08\x0e-\x1a\x7f]/.test(head);
  });
  if (!kind) return;
  const { name, remedy } = kind;
  const message = `${what} is ${name}, which Longread cannot read as text. ${remedy}`;
  throw new InvalidInputError(message, { kind: name });
}

const tag =
  /<\/?(?:html|head|body|title|meta|script|style|div|span|p|a|br|img|h[1-6]|ul|ol|li|table|tr|td)\b/gi;

/** Tags near the beginning that make a text that begins with one a web page. */
const minTags = 5;

/** The markup that a text begins with, if it does. */
export function markupOf(head: string): Extract<SourceNote['kind'], 'html' | 'rtf'> | undefined {
  const start = head.replace(/^\ufeff?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*/s, '');
  if (start.startsWith('{\\rtf')) return 'rtf';
  if (/^<(?:!doctype html|html|head|body)\b/i.test(start)) return 'html';
  return start.startsWith('<') && (start.match(tag)?.length ?? 0) >= minTags ? 'html' : undefined;
}
