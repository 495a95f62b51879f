import { UsageError } from '@longread/command';
import { expect, it } from 'vitest';
import { describeCommand, parseCalibrate } from './options.ts';

it('has defaults', () => {
  expect(parseCalibrate([])).toMatchObject({
    samples: 6,
    check: 4,
    tokens: 2048,
    questions: 2,
    seed: 1,
    lane: 'browser',
    minutes: Infinity,
  });
  expect(parseCalibrate(['--check', '0', '--minutes', '2'])).toMatchObject({ check: 0, minutes: 2 });
});

it('is told such that it measures the same', () => {
  const command = parseCalibrate(['--lane', 'dawn', '--tokens', '512']);
  const told = command ? describeCommand(command) : '';
  expect(told).toContain('--lane dawn');
  expect(parseCalibrate(told.split(' ').slice(4))).toEqual(command);
});

it.each([
  [['--samples', '0'], '--samples takes'],
  [['--check', '-1'], '--check'],
  [['--lane', 'node'], '--lane takes'],
  [['--lane', 'dawn', '--adapter', 'software'], '--adapter is of the browser'],
])('refuses %j', (args, message) => {
  expect(() => parseCalibrate(args)).toThrow(UsageError);
  expect(() => parseCalibrate(args)).toThrow(message);
});
