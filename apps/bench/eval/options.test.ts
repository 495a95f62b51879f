import { UsageError } from '@longread/command';
import { strategyNames } from '@longread/core';
import { expect, it } from 'vitest';
import { parseEval } from './options.ts';

it('has defaults', () => {
  expect(parseEval([])).toMatchObject({
    runs: [{ lengths: [8192], contenders: [{ name: 'reform', strategy: 'reform', gather: {} }] }],
    amount: { documents: 2, questions: 5, seed: 1 },
    gather: 1024,
    report: false,
    ask: true,
  });
});

it('takes lists', () => {
  expect(
    parseEval([
      '--tasks',
      'vt, qa1',
      '--lengths',
      '4096,8192',
      '--strategies',
      'reform/cosine/hops=2/wholeSentences=0, bm25',
    ]),
  ).toMatchObject({
    runs: [
      {
        tasks: ['vt', 'qa1'],
        lengths: [4096, 8192],
        contenders: [
          { strategy: 'reform', gather: { scoring: 'cosine', hops: 2, wholeSentences: false } },
          { name: 'bm25', strategy: 'bm25', gather: {} },
        ],
      },
    ],
  });
});

it('reports without asking, and asks a little', () => {
  expect(parseEval(['--report'])).toMatchObject({ report: true, ask: false });
  const quick = parseEval(['--quick', '--gather', '256']);
  expect(quick).toMatchObject({ report: false, ask: true, gather: 256, lane: 'browser' });
  expect(quick?.amount).toMatchObject({ documents: 1, questions: 2 });
  expect(quick?.runs[0]?.contenders.map(({ strategy }) => strategy)).toEqual([
    'reform',
    'h2o',
    'truncate',
    'bm25',
  ]);
});

it('asks what texts do not answer, by the settings of an answer', () => {
  expect(parseEval([])?.unanswerable).toBe(false);
  expect(parseEval(['--unanswerable'])).toMatchObject({
    unanswerable: true,
    gather: 256,
    maxNew: 64,
    endless: false,
  });
  const before = parseEval(['--unanswerable', '--gather', '1024', '--max-new', '256', '--endless']);
  expect(before).toMatchObject({ gather: 1024, maxNew: 256 });
  expect(parseEval(['--unanswerable', '--names'])).toMatchObject({ names: true });
  expect(parseEval(['--unanswerable', '--passages'])).toMatchObject({ maxNew: 0 });
});

it('asks the whole table: all strategies inside the window, fewer beyond it', () => {
  const table = parseEval(['--table', '--documents', '1']);
  expect(table?.amount).toMatchObject({ documents: 1, questions: 10 });
  const rows = table?.runs.flatMap(({ lengths, contenders }) =>
    lengths.map((length) => [length, contenders.length]),
  );
  const all = strategyNames.length;
  expect(rows).toEqual([
    [4096, all],
    [7936, all],
    [16384, 7],
    [32768, 4],
    [65536, 2],
  ]);
});

it.each([
  [['--table', '--tasks', 'vt'], '--table says'],
  [['--table', '--quick'], '--table says'],
  [['--tasks', 'niah'], '--tasks takes'],
  [['--lengths', '8k'], '--lengths takes a whole number'],
  [['--lengths', ''], '--lengths takes a whole number'],
  [['--strategies', 'rag'], '--strategies takes'],
  [['--strategies', 'bm25/cosine'], 'behind reform only'],
  [['--strategies', 'reform/hop=2'], 'reform/ takes gatherSize'],
  [['--strategies', 'reform/hops=two'], 'reform/ takes gatherSize'],
  [['--strategies', 'reform/hops=2=3'], 'reform/ takes gatherSize'],
  [['--strategies', 'reform/dot'], '--strategies reform/ takes'],
  [['--questions', '0'], '--questions takes'],
  [['--lane', 'node'], '--lane takes'],
  [['--preset', 'deep'], '--preset takes'],
  [['--lane', 'dawn', '--adapter', 'software'], '--adapter is of the browser'],
])('refuses %j', (args, message) => {
  expect(() => parseEval(args)).toThrow(UsageError);
  expect(() => parseEval(args)).toThrow(message);
});
