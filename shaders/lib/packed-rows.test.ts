// What packing loses: half a step of the row's largest element over 32,767, in both halves of a word.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packRow, rowWords, unpackRow } from './packed-rows.ref.ts';

test('a row comes back within half a step', () => {
  const element = fc.float({ min: -1000, max: 1000, noNaN: true });
  fc.assert(
    fc.property(fc.array(element, { minLength: 16, maxLength: 16 }), (row) => {
      const packed = new Uint32Array(rowWords(16) + 1);
      packRow(row, packed, 1);
      const step = Math.max(1e-25, ...row.map(Math.abs)) / 32767;
      const unpacked = unpackRow(packed, 1, 16);
      expect(unpacked).toHaveLength(16);
      unpacked.forEach((value, i) => {
        expect(Math.abs(value - (row[i] ?? NaN))).toBeLessThanOrEqual(0.501 * step);
      });
    }),
  );
});
