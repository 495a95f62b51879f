// GPT-2's reversible byte <-> character table: what the token strings of a byte-level BPE vocabulary stand for.
// Source: openai/gpt-2 encoder.py (bytes_to_unicode): printable Latin-1 stays, the other 68 bytes move up to U+0100...
import { encodeUtf8 } from './utf8.ts';

const isPrintable = (byte: number): boolean =>
  (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);

/** The character that stands for each of the 256 bytes. */
export const byteChars: readonly string[] = ((): string[] => {
  let moved = 0;
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCharCode(isPrintable(byte) ? byte : 256 + moved++),
  );
})();

const byteOfChar: ReadonlyMap<string, number> = new Map(byteChars.map((char, byte) => [char, byte]));

/** The bytes that a vocabulary entry stands for; one with characters outside the table stands for its own UTF-8. */
export function tokenBytes(token: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(token.length);
  for (let i = 0; i < token.length; i++) {
    const byte = byteOfChar.get(token.charAt(i));
    if (byte === undefined) return encodeUtf8(token);
    bytes[i] = byte;
  }
  return bytes;
}
