import { expect, it } from 'vitest';
import { describeLayers, ratioByLayer } from './layers.ts';

it('a ratio by layer counts the layers that ran on both sides', () => {
  expect(ratioByLayer(3.79, { ran: 11, all: 30 })).toBeCloseTo(1.39, 2);
  expect(ratioByLayer(2, { ran: 30, all: 30 })).toBe(2);
  // As fast a layer, a third of them: three times the tokens.
  expect(ratioByLayer(3, { ran: 10, all: 30 })).toBe(1);
});

it('a row says how many layers ran', () => {
  expect(describeLayers(3.79, { ran: 11, all: 30 })).toBe(
    '11 of 30 layers ran, of the last only its embedding heads: 1.39 by layer',
  );
});
