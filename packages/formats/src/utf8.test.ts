import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createUtf8Decoder, encodeUtf8, utf8Length } from './utf8.ts';

const params = { seed: 20_261_124, numRuns: 500 };
const anyText = fc.string({
  unit: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\ud83d', '\ude42', 'é', '\u0000')),
});
const likelyBytes = fc.oneof(
  fc.nat(255),
  fc.constantFrom(0xe0, 0xed, 0xf0, 0xf4, 0xc2, 0x80, 0x9f, 0xa0, 0xbf),
);

describe('UTF-8', () => {
  it('encodes as TextEncoder does, lone surrogates included', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const bytes = new TextEncoder().encode(text);
        expect([...encodeUtf8(text)]).toEqual([...bytes]);
        expect(utf8Length(text)).toBe(bytes.length);
      }),
      params,
    );
  });

  it('decodes any bytes, in any pieces, as TextDecoder does', () => {
    fc.assert(
      fc.property(fc.array(fc.array(likelyBytes)), (pieces) => {
        const decoder = createUtf8Decoder();
        const text = pieces.map((piece) => decoder.push(Uint8Array.from(piece))).join('') + decoder.end();
        expect(text).toBe(
          new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(pieces.flat())),
        );
      }),
      params,
    );
  });
});
