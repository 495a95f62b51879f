// What a log shows of a run: a line a phase, whatever it reports in between.
import { expect, test } from 'vitest';
import type { Progress } from 'longread';
import { createPhaseLines } from './phase-lines.ts';

const step = (phase: Progress['phase'], done: number, total: number, unit: Progress['unit'] = 'tokens') => ({
  phase,
  done,
  total,
  unit,
});

function linesOf(...steps: readonly Progress[]): readonly string[] {
  const lines: string[] = [];
  const phases = createPhaseLines((line) => lines.push(line.replace(/[\d.]+ s$/, '# s')));
  for (const progress of steps) phases.update(progress);
  phases.stop();
  phases.stop();
  return lines;
}

test('a phase is one line, when it has ended', () => {
  const reading = Array.from({ length: 100 }, (_, i) => step('compress', i * 41, 4100));
  expect(linesOf(step('load', 98e6, 98e6, 'bytes'), ...reading, step('compress', 4100, 4100))).toEqual([
    'load: 98.0 MB in # s',
    'compress: 4,100 tokens in # s',
  ]);
});

test('one that was cut says how far it came', () => {
  expect(linesOf(step('compress', 1024, 4096))).toEqual(['compress: 1,024 of 4,096 tokens in # s']);
});

test('a phase of unknown size says what it did', () => {
  expect(linesOf(step('tune', 12, 0, 'cases'))).toEqual(['tune: 12 cases in # s']);
});

test('notes are said as they come', () => {
  expect(linesOf({ ...step('tokenize', 9, 9), notes: ['It is RTF.'] })).toEqual([
    'Note: It is RTF.',
    'tokenize: 9 tokens in # s',
  ]);
  expect(linesOf()).toEqual([]);
});
