// What a log shows of a run: a line a phase, and one a minute of a long one.
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

test('one that takes minutes says each of them how far it is', () => {
  let ms = 0;
  const lines: string[] = [];
  const phases = createPhaseLines(
    (line) => lines.push(line),
    () => ms,
  );
  for (let done = 0; done <= 75_000; done += 5000, ms += 10_000)
    phases.update(step('compress', done, 75_000));
  phases.stop();
  expect(lines).toEqual([
    'compress: 30,000 of 75,000 tokens | 500.0 tokens/s | 90 s left',
    'compress: 60,000 of 75,000 tokens | 500.0 tokens/s | 30 s left',
    'compress: 75,000 tokens in 160.0 s',
  ]);
});
