import { describe, expect, test } from 'vitest';
import { difference } from './compare.ts';
import { poisonF32, unspecified } from './data.ts';

const f32 = (...values: number[]) => new Float32Array(values);
const u32 = (...values: number[]) => new Uint32Array(values);

describe('difference', () => {
  const before = f32(9, 9, 9);
  test('agrees within the class', () => {
    expect(difference('y', before, f32(1, 2, 3.0000002), f32(1, 2, 3), 'elementwise-f32')).toBeUndefined();
  });
  test('names the bad elements', () => {
    const report = difference('y', before, f32(1, 2.1, 3), f32(1, 2, 3), 'reduction-f32');
    expect(report).toContain('reduction-f32');
    expect(report).toContain('y: 1 of 3 differ');
    expect(report).toContain('[1] expected 2, got 2.09');
  });
  test('a NaN is never within a tolerance', () => {
    expect(difference('y', before, f32(1, NaN, 3), f32(1, 2, 3), 'reduction-f32')).toContain(
      '[1] expected 2, got NaN',
    );
  });
  test('exact means the same bits', () => {
    expect(difference('y', f32(9), f32(-0), f32(0), 'exact')).toContain('1 of 1 differ');
    expect(difference('n', u32(0), u32(5), u32(6), 'exact')).toContain('[0] expected 6, got 5');
  });
  test('what the twin leaves must stay, whatever the class', () => {
    const huge = f32(3e38, 0);
    expect(difference('y', huge, f32(3.0001e38, 1), f32(3e38, 1), 'reduction-f32')).toContain('y: 1 of 2');
    const poison = poisonF32(1);
    expect(difference('y', poison, poison.slice(), poison.slice(), 'reduction-f32')).toBeUndefined();
    expect(difference('y', poison, f32(0), poison.slice(), 'reduction-f32')).toContain(
      '[0] expected NaN, got 0',
    );
  });
  test('what is unspecified may be anything', () => {
    expect(
      difference('y', before, f32(1, 7, NaN), f32(1, unspecified, unspecified), 'exact'),
    ).toBeUndefined();
  });
  test('int8 storage is compared byte by byte', () => {
    expect(difference('q', u32(0), u32(0x01ff0203), u32(0x01fe0303), 'int8-storage')).toBeUndefined();
    expect(difference('q', u32(0), u32(0x01010000), u32(0x01ff0000), 'int8-storage')).toContain(
      '[2] expected -1, got 1',
    );
  });
  test('all zeros leave no room', () => {
    expect(difference('y', before, f32(0, 0.1, 0), f32(0, 0, 0), 'reduction-f32')).toContain(
      'expected 0, got 0.1',
    );
  });
});
