// UTF-8 in plain arithmetic: this package may not name TextEncoder (it is no part of ECMAScript).
// Lone surrogates count and encode as U+FFFD, as TextEncoder has it.

/** Bytes that one code point takes in UTF-8 (3 for a lone surrogate, which becomes U+FFFD). */
export function utf8LengthOf(codePoint: number): number {
  return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
}

/** Bytes of `text` in UTF-8. */
export function utf8Length(text: string): number {
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    length += unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;
    if (unit >= 0xd800 && unit < 0xdc00) {
      const next = text.charCodeAt(i + 1);
      if (next >= 0xdc00 && next < 0xe000) {
        length += 1;
        i++;
      }
    }
  }
  return length;
}

/** Appends the UTF-8 bytes of one code point to `out`. */
export function pushUtf8(out: number[], codePoint: number): void {
  const c = codePoint >= 0xd800 && codePoint < 0xe000 ? 0xfffd : codePoint;
  if (c < 0x80) out.push(c);
  else if (c < 0x800) out.push(0xc0 | (c >> 6), 0x80 | (c & 63));
  else if (c < 0x10000) out.push(0xe0 | (c >> 12), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63));
  else out.push(0xf0 | (c >> 18), 0x80 | ((c >> 12) & 63), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63));
}

/** The UTF-8 bytes of `text`. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  const out: number[] = [];
  for (const char of text) pushUtf8(out, char.codePointAt(0) ?? 0xfffd);
  return Uint8Array.from(out);
}

/** At most so many at once become arguments of one call. */
const maxUnits = 4096;

/** The text of bytes that must be UTF-8 as a whole, a byte-order mark included; undefined when they are not. */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string | undefined {
  const units: number[] = [];
  let text = '';
  for (let at = start; at < end;) {
    const lead = bytes[at++] ?? 0;
    const more =
      lead < 0x80 ? 0 : lead < 0xc2 ? -1 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : -1;
    if (more < 0 || at + more > end) return undefined;
    let codePoint = more === 0 ? lead : lead & (0x3f >> more);
    for (const last = at + more; at < last; at++) {
      const byte = bytes[at] ?? 0;
      if ((byte & 0xc0) !== 0x80) return undefined;
      codePoint = (codePoint << 6) | (byte & 0x3f);
    }
    if (more > 0 && utf8LengthOf(codePoint) !== more + 1) return undefined; // a longer form than it needs
    if (codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint < 0xe000)) return undefined;
    if (codePoint < 0x10000) units.push(codePoint);
    else units.push(0xd7c0 + (codePoint >> 10), 0xdc00 + (codePoint & 0x3ff));
    if (units.length >= maxUnits) text += String.fromCharCode(...units.splice(0));
  }
  return text + String.fromCharCode(...units);
}

/** Incremental UTF-8 decoder: whole characters come out, bytes of an unfinished one wait. */
export interface Utf8Decoder {
  push(bytes: Uint8Array): string;
  /** What still waited, as U+FFFD, or ''. */
  end(): string;
}

/** Creates a decoder that replaces malformed input as the WHATWG Encoding standard does (one U+FFFD per maximal part). */
export function createUtf8Decoder(): Utf8Decoder {
  let missing = 0;
  let codePoint = 0;
  let lower = 0x80;
  let upper = 0xbf;

  const start = (byte: number): string => {
    lower = 0x80;
    upper = 0xbf;
    if (byte < 0x80) return String.fromCharCode(byte);
    if (byte >= 0xc2 && byte <= 0xdf) {
      missing = 1;
      codePoint = byte & 0x1f;
    } else if (byte >= 0xe0 && byte <= 0xef) {
      missing = 2;
      codePoint = byte & 0x0f;
      if (byte === 0xe0) lower = 0xa0;
      if (byte === 0xed) upper = 0x9f;
    } else if (byte >= 0xf0 && byte <= 0xf4) {
      missing = 3;
      codePoint = byte & 0x07;
      if (byte === 0xf0) lower = 0x90;
      if (byte === 0xf4) upper = 0x8f;
    } else {
      return '\ufffd';
    }
    return '';
  };

  return {
    push(bytes) {
      let text = '';
      for (const byte of bytes) {
        if (missing === 0) {
          text += start(byte);
        } else if (byte < lower || byte > upper) {
          missing = 0;
          text += '\ufffd' + start(byte);
        } else {
          lower = 0x80;
          upper = 0xbf;
          codePoint = (codePoint << 6) | (byte & 63);
          missing--;
          if (missing === 0) text += String.fromCodePoint(codePoint);
        }
      }
      return text;
    },
    end() {
      const text = missing === 0 ? '' : '\ufffd';
      missing = 0;
      return text;
    },
  };
}
