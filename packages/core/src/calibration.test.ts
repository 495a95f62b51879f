import { expect, test } from 'vitest';
import { headName, parseHead } from './calibration.ts';

test.each([
  ['L10.Q5', { layer: 10, type: 'Q', head: 5 }],
  ['L0.V0', { layer: 0, type: 'V', head: 0 }],
  ['L127.K31', { layer: 127, type: 'K', head: 31 }],
] as const)('%s names a head', (name, head) => {
  expect(parseHead(name)).toEqual(head);
  expect(headName(head)).toBe(name);
});

test.each(['', 'L1', 'L1.Q', 'L1.X0', 'L-1.Q0', ' L1.Q0', 'L1.Q0 L2.Q0', 'L99999.Q0'])(
  '%j names none',
  (name) => {
    expect(() => parseHead(name)).toThrow('names no head');
  },
);
