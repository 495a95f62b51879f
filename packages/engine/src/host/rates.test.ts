// How fast things went, by what was reported: amounts between reports, never what was there before the first.
import { expect, test } from 'vitest';
import type { Progress } from '../api.ts';
import { createRates } from './rates.ts';

let time = 0;
const rates = () => createRates(() => time);
const at = (ms: number, phase: Progress['phase'], done: number): Progress => {
  time = ms;
  return { phase, done, total: 1000, unit: 'bytes' };
};

test('the rate is of what came between reports', () => {
  const { watch, perSecond } = rates();
  const seen: number[] = [];
  const report = watch(({ done }) => seen.push(done));
  expect(perSecond('fetch')).toBeUndefined();
  report(at(0, 'fetch', 700)); // a download that goes on
  expect(perSecond('fetch')).toBeUndefined();
  report(at(1000, 'fetch', 800));
  report(at(2000, 'fetch', 1000));
  expect(perSecond('fetch')).toBe(150);
  expect(perSecond('compress')).toBeUndefined();
  expect(seen).toEqual([700, 800, 1000]);
});

test('calls add up, and neither the time between them nor a new beginning counts', () => {
  const { watch, perSecond } = rates();
  const first = watch(undefined);
  first(at(0, 'compress', 0));
  first(at(1000, 'compress', 100));
  const second = watch(undefined);
  second(at(50_000, 'compress', 0));
  second(at(51_000, 'compress', 300));
  second(at(52_000, 'compress', 0)); // on another device
  second(at(53_000, 'compress', 200));
  expect(perSecond('compress')).toBe(200);
});

test('no time is no rate', () => {
  const { watch, perSecond } = rates();
  const report = watch(undefined);
  report(at(5, 'load', 0));
  report(at(5, 'load', 10));
  expect(perSecond('load')).toBeUndefined();
});
