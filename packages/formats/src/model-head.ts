// Tells from its first bytes that a file is no GGUF file, and what it is instead: what servers, hubs and mistaken clicks give.
import { ModelFormatError } from '@longread/core';
import { createUtf8Decoder } from './utf8.ts';

/** Bytes that {@link checkModelHead} looks at; fewer are enough for a whole file that is shorter. */
export const modelHeadBytes = 4096;

const shownChars = 80;

/** Throws ModelFormatError, which says what came instead, unless a file of these first bytes is one in GGUF. */
export function checkModelHead(head: Uint8Array): void {
  if (startsWith(head, 'GGUF')) return;
  throw new ModelFormatError(`Not a GGUF file: ${describeHead(head)}.`, { offset: 0 });
}

function startsWith(head: Uint8Array, text: string): boolean {
  return Array.from(text).every((char, i) => head[i] === char.charCodeAt(0));
}

/** First bytes that tell a format, in Latin-1. */
const magics: readonly (readonly [string, string])[] = [
  [
    'PK\x03\x04',
    'it is a ZIP archive (PyTorch weights are one). Choose a file whose name ends in .gguf or .safetensors',
  ],
  ['\x1f\x8b', 'it is compressed with gzip. Unpack it first'],
  ['\x28\xb5\x2f\xfd', 'it is compressed with Zstandard. Unpack it first'],
  ['7z\xbc\xaf', 'it is a 7z archive. Unpack it first'],
  ['%PDF', 'it is a PDF. Choose a file whose name ends in .gguf'],
  ...['lmgg', 'fmgg', 'tjgg', 'algg'].map(
    (magic) =>
      [magic, 'it is in the format before GGUF. Convert the model again, or choose a newer file'] as const,
  ),
];

/** What a file of these first bytes is, and what to do about it: a clause without its end. */
export function describeHead(bytes: Uint8Array): string {
  const head = bytes.subarray(0, modelHeadBytes);
  if (head.length === 0) return 'it is empty. Fetch it again';
  const magic = magics.find(([start]) => startsWith(head, start));
  if (magic !== undefined) return magic[1];
  // Eight bytes of length, then JSON.
  if (head[8] === 0x7b && head[6] === 0 && head[7] === 0)
    return 'it seems to be in safetensors. Choose it together with the config.json and tokenizer.json of its folder, under their names';
  const text = createUtf8Decoder()
    .push(head)
    .replace(/^\ufeff/, '')
    .trimStart();
  if (text === '' || text.slice(0, shownChars).search(/[\0-\x08\x0e-\x1f\ufffd]/) >= 0)
    return `it begins with the bytes ${hex(head.subarray(0, 8))}`;
  return describeText(text);
}

function describeText(text: string): string {
  if (text.startsWith('version https://git-lfs'))
    return 'it is a Git-LFS pointer, not the file itself. Fetch that with git lfs pull, or from an address with /resolve/ in it';
  if (/<(?:!doctype\s+html|html|head|body)\b/i.test(text)) {
    const title = /<title[^>]*>([^<]*)/i.exec(text)?.[1] ?? '';
    const titled = title.trim() === '' ? 'without a title' : `titled "${shorten(title)}"`;
    return `it is a web page ${titled}. Open the address in a browser: it may ask to log in, or show an error`;
  }
  const kind = /^[[{]/.test(text) ? 'JSON' : text.startsWith('<') ? 'XML' : 'text';
  return `it is ${kind}: "${shorten(text)}"`;
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > shownChars ? `${line.slice(0, shownChars)}…` : line;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
