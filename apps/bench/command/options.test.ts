import { describe, expect, it } from 'vitest';
import { UsageError } from '@longread/command';
import type { Experiment } from './experiment.ts';
import { chooseExperiments, parseBench } from './options.ts';

const experiment = (rows: readonly string[], long = false): Experiment => ({
  rows: Object.fromEntries(rows.map((name) => [name, `what ${name} says`])),
  long,
  run: () => Promise.resolve([]),
});

const short = experiment(['a', 'b']);
const other = experiment(['c']);
const long = experiment(['d', 'e'], true);
const experiments = [short, other, long];

function parsed(...args: string[]) {
  const command = parseBench(args, experiments);
  if (command === undefined) throw new Error('the arguments asked for help');
  return command;
}

describe('parseBench', () => {
  it('has defaults', () => {
    expect(parsed()).toEqual({
      only: new Set(),
      long: false,
      repeats: undefined,
      model: undefined,
      shape: undefined,
      lane: 'browser',
      rehearse: false,
      keep: false,
      draw: false,
      json: false,
    });
  });

  it('takes names by comma and by repetition', () => {
    expect(parsed('--only', 'a,c', '--only', 'd').only).toEqual(new Set(['a', 'c', 'd']));
  });

  it.each([
    [['--only', 'a,x'], "There is no row 'x'."],
    [['--repeats', '0'], '--repeats takes a whole number'],
    [['--keep', '--rehearse'], 'A rehearsal is not kept.'],
    [['--draw', '--only', 'a'], '--draw measures nothing'],
    [['--draw', '--keep'], '--draw measures nothing'],
    [['--fast'], '--fast'],
    [['--lane', 'metal'], "--lane takes browser or dawn, not 'metal'."],
    [['--shape', '7b'], "--shape takes 135m, 1.7b, 3b, 8b, 1.7b-f16, not '7b'."],
    [['--shape', '3b', '--model', 'a.gguf'], 'Give one.'],
    [['--lane', 'dawn', '--keep'], "Kept rows are the browser's"],
  ])('refuses %j', (args, message) => {
    expect(() => parseBench(args, experiments)).toThrow(UsageError);
    expect(() => parseBench(args, experiments)).toThrow(message);
  });
});

describe('chooseExperiments', () => {
  it('leaves long ones out unless they are asked for', () => {
    expect(chooseExperiments(parsed(), experiments)).toEqual([short, other]);
    expect(chooseExperiments(parsed('--long'), experiments)).toEqual(experiments);
    expect(chooseExperiments(parsed('--only', 'e'), experiments)).toEqual([long]);
  });

  it('takes an experiment whole when one of its rows is asked for', () => {
    expect(chooseExperiments(parsed('--only', 'b,c'), experiments)).toEqual([short, other]);
  });
});
