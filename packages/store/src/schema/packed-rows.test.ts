// Rows packed and unpacked: the same bits, or an error that says which row.
import { Random } from '@longread/core';
import { describe, expect, test } from 'vitest';
import { packRows, unpackRows } from './packed-rows.ts';

const bitsOf = (values: Float32Array) => new Uint32Array(values.buffer.slice(0));

describe('rows', () => {
  test('come back bit for bit from what they were packed to, and pack to the same', () => {
    const random = new Random(11);
    for (let round = 0; round < 300; round++) {
      const lengths = Array.from({ length: random.below(9) }, () => 2 + 2 * random.below(10));
      const exponents = Uint8Array.from(lengths, () => 1 + random.below(236));
      const quants = Int16Array.from(
        lengths.flatMap((length, row) => {
          // Small ones have the least scale alone.
          const first = exponents[row] === 1 ? random.below(100) : -(2 ** 14) - random.below(2 ** 14 - 1);
          return [first, ...Array.from({ length: length - 1 }, () => random.below(65_535) - 32_767)];
        }),
      );
      const tails = Uint8Array.from({ length: quants.length / 2 }, () => random.below(256));
      // One in some is no number: the least of all with no tail.
      if (quants.length > 1 && round % 3 === 0) [quants[1], tails[0]] = [-32_768, (tails[0] ?? 0) & 15];
      const values = unpackRows({ quants, tails, exponents }, lengths, 'keys');
      const packed = packRows(values, lengths);
      expect(packed).toEqual({ quants, tails, exponents });
      expect(bitsOf(unpackRows(packed, lengths, 'keys'))).toEqual(bitsOf(values));
    }
  });

  test('at the ends of what f32 has', () => {
    const lengths = [2, 2, 2, 2, 2];
    const largest = (2 ** 19 - 1) * 2 ** 109;
    const rows = [0, 0, 2 ** -126, -(2 ** -108), NaN, NaN, largest, 2 ** 109, 1, NaN];
    const { quants, tails, exponents } = packRows(Float32Array.from(rows), lengths);
    expect([...quants]).toEqual([0, 0, 0, -(2 ** 14), -32768, -32768, 32767, 0, 2 ** 14, -32768]);
    expect([...tails]).toEqual([0, 1, 0, 0x1f, 0]);
    expect([...exponents]).toEqual([1, 1, 1, 236, 109]);
    expect([...unpackRows({ quants, tails, exponents }, lengths, 'keys')]).toEqual(rows);
  });

  test.each([
    ['more digits than 20 bits have', [1, 2 ** -19]],
    ['a largest that rounds to one too many', [2 - 2 ** -23, 0]],
    ['a zero with a sign', [1, -0]],
    ['what is below the least normal number', [0, 2 ** -127]],
    ['an infinity', [1, -Infinity]],
  ])('with %s are not packed', (_, row) => {
    const values = Float32Array.from([0, 0, ...row]);
    expect(() => packRows(values, [2, 2])).toThrow('was not rounded with its row');
  });

  test('that do not fill the values are not packed', () => {
    expect(() => packRows(new Float32Array(6), [2, 2])).toThrow('rows of 4 values in all and 6 values');
  });

  test.each([
    [0, [2 ** 14, 1], 0, 'row 1 of its keys has exponent 0; there are 1 to 236'],
    [237, [2 ** 14, 1], 0, 'row 1 of its keys has exponent 237; there are 1 to 236'],
    [255, [2 ** 14, 1], 0, 'row 1 of its keys has exponent 255; there are 1 to 236'],
    [2, [2 ** 14 - 1, -5], 15, 'has exponent 2, too high for its values of up to 262143'],
    [127, [0, -1], 0x1f, 'too high for its values of up to 15'],
    [127, [-32768, 7], 0, 'too high for its values of up to 112'],
  ])('of exponent %i, quants %j and tails %i are refused', (exponent, row, tail, said) => {
    const rows = {
      quants: Int16Array.of(0, 0, ...row),
      tails: Uint8Array.of(0, tail),
      exponents: Uint8Array.of(1, exponent),
    };
    expect(() => unpackRows(rows, [2, 2], 'keys')).toThrow(said);
  });
});
