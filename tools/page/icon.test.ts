// The icon as pixels, read again by code that shares nothing with what wrote it.
import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { iconPng, iconSvg } from './icon.ts';

/** Bit by bit, as the PNG specification's appendix defines it. */
function crc(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return (value ^ 0xffffffff) >>> 0;
}

test.for([1, 3, 192])('a side of %i pixels: chunks that add up, colours where they belong', (side) => {
  const png = Buffer.from(iconPng(side));
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    const typed = png.subarray(at + 4, at + 8 + length);
    expect(png.readUInt32BE(at + 8 + length)).toBe(crc(typed));
    chunks.set(typed.toString('latin1', 0, 4), typed.subarray(4));
    at += 12 + length;
  }
  expect([...chunks.keys()]).toEqual(['IHDR', 'IDAT', 'IEND']);
  const header = chunks.get('IHDR') ?? Buffer.alloc(13);
  expect([header.readUInt32BE(0), header.readUInt32BE(4), header[8], header[9]]).toEqual([side, side, 8, 2]);
  const pixels = inflateSync(chunks.get('IDAT') ?? Buffer.alloc(0));
  expect(pixels.length).toBe(side * (1 + 3 * side));
  const at = (x: number, y: number): string =>
    pixels.subarray(y * (1 + 3 * side) + 1 + 3 * x, y * (1 + 3 * side) + 4 + 3 * x).toString('hex');
  if (side < 100) return;
  expect(at(0, 0)).toBe('0f5b6c');
  expect(at(Math.floor(side * 0.5), Math.floor(side * 0.56))).toBe('ffcf4d');
  expect(at(Math.floor(side * 0.5), Math.floor(side * 0.3))).toBe('fcfaf5');
});

test('the drawing holds nothing that a strict page would not show', () => {
  expect(iconSvg()).not.toMatch(/<(?!svg|\/svg|rect)|on\w+=|href/);
});
