// The text of a page's bytes: in the encoding that its mark or it itself says, or as plain text is decoded.
import { describeNote } from '@longread/core';
import { decodeWhole } from '../text/read-text.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes in which a page says what its encoding is. */
const headBytes = 2048;

export interface DecodedPage {
  readonly text: string;
  readonly notes: readonly string[];
}

/** @throws InvalidInputError for bytes that are no text */
export async function decodePage(bytes: Bytes): Promise<DecodedPage> {
  const label = bytes[0] === 0xff || bytes[0] === 0xfe ? undefined : declaredCharset(bytes);
  const decoder = label === undefined ? undefined : decoderOf(label);
  // What may as well be UTF-8 is: many pages say otherwise of it. And Latin-1 is what plain text falls back to.
  if (decoder === undefined || ['utf-8', 'windows-1252', 'utf-16le', 'utf-16be'].includes(decoder.encoding)) {
    const { text, notes } = await decodeWhole(bytes);
    return { text: text.replace(/^\ufeff/, ''), notes: notes.map(describeNote) };
  }
  return {
    text: decoder.decode(bytes),
    notes: [`Its bytes were read as ${decoder.encoding}, which the page says that they are.`],
  };
}

/** Undefined for an encoding that is unknown here. */
function decoderOf(label: string): TextDecoder | undefined {
  try {
    return new TextDecoder(label);
  } catch {
    return undefined;
  }
}

function declaredCharset(bytes: Bytes): string | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, headBytes));
  const found =
    /^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']/i.exec(head) ??
    /<meta[^>]{0,400}?charset\s*=\s*["']?\s*([\w.:-]{1,40})/i.exec(head);
  return found?.[1];
}
