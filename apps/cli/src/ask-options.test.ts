// What a typed command means, and what is refused because it would mean nothing.
import { afterEach, describe, expect, test, vi } from 'vitest';
import { UsageError } from '@longread/command';
import { parseAsk } from './ask-options.ts';

const read = (...args: string[]) => parseAsk(args);
const question = 'Who is the captain?';

afterEach(() => vi.restoreAllMocks());

describe('a question', () => {
  test('is about the default document, with its settings, when no file is named', () => {
    expect(read(question)).toMatchObject({
      kind: 'ask',
      source: { files: [] },
      question,
      followUps: [],
      tokens: 4096,
      gather: 256,
    });
  });

  test('is about files, in their order, with a title of the asker', () => {
    expect(read('a.txt', './b', question, '--title', 'Both')).toMatchObject({
      source: { files: ['a.txt', './b'], title: 'Both' },
      tokens: undefined,
      gather: undefined,
    });
  });

  test('is about a stored document', () => {
    expect(read('--document', 'Moby Dick', question)).toMatchObject({
      source: { stored: ['Moby Dick'] },
      question,
      tokens: undefined,
    });
    expect(read('--document', 'a', '--document', 'b', question)).toMatchObject({
      source: { stored: ['a', 'b'] },
    });
    expect(read('--all', question)).toMatchObject({ source: { stored: 'all' }, question });
  });

  test('is followed by others, in their order', () => {
    expect(read('a.txt', question, '--follow-up', 'Where?', '--follow-up=Why?')).toMatchObject({
      followUps: ['Where?', 'Why?'],
    });
  });
});

test('models are listed without anything else', () => {
  expect(read('--list-models')).toEqual({ kind: 'list-models' });
});

test.each([
  [['--list'], { kind: 'list', json: false }],
  [['--list', '--json'], { kind: 'list', json: true }],
  [['--delete', 'Moby Dick'], { kind: 'delete', named: 'Moby Dick', json: false }],
  [
    ['--export', 'Moby Dick', 'x.longread', '--force'],
    { kind: 'export', named: 'Moby Dick', file: 'x.longread', force: true },
  ],
  [['--export', 'Moby Dick', '-'], { kind: 'export', named: 'Moby Dick', file: '-', force: false }],
  [['--import', 'x.longread'], { kind: 'import', file: 'x.longread', json: false }],
])('%j does something with what is stored', (args, command) => {
  expect(read(...args)).toEqual(command);
});

test.each([
  [['--list', question], "--list does nothing with 'Who is the captain?'"],
  [['--list-models', '--model', 'x'], '--list-models and --model do not go together'],
  [['--list-models', question], "--list-models does nothing with 'Who is the captain?'"],
  [['--list', '--delete', 'x'], '--list and --delete do not go together'],
  [['--import', 'x', '--tokens', '9'], '--import and --tokens do not go together'],
  [['--export', 'x'], 'Say where to'],
  [['--export', 'x', 'a', 'b'], "--export does nothing with 'b'"],
  [['--delete', ''], '--delete is empty'],
  [['--force', question], '--force goes with --export'],
  [['--document', 'x', question, '--tokens', '9'], '--tokens changes nothing'],
  [['--all', question, '--title', 'x'], '--all is read already: --title changes nothing'],
  [['--document', 'x', question, '--preset', 'skim'], '--preset changes nothing'],
  [['a.txt', question, '--preset', 'deep'], '--preset takes skim or read or study'],
  [['--all'], 'Say what to ask about all documents'],
  [['--all', '--document', 'x', question], '--all asks every document'],
  [['--document', 'x', '--document', '', question], '--document is empty'],
  [['--document', 'x'], 'Say what to ask about x'],
  [['--document', '', question], '--document is empty'],
  [['a.txt', question, '--follow-up', ' '], 'A --follow-up is empty'],
  [['--followup', 'x', question], 'Did you mean --follow-up?'],
  [['--max', '9', question], 'Did you mean --max-new?'],
  [['--strategy', 'best', question], "There is no strategy 'best'"],
])('%j is refused', (args, said) => {
  expect(() => read(...args)).toThrow(UsageError);
  expect(() => read(...args)).toThrow(said);
});

test('help names every option and every exit code', () => {
  const printed = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  expect(read('--help', '--list')).toBeUndefined();
  const help = String(printed.mock.calls[0]?.[0]);
  for (const option of [
    '--follow-up',
    '--list',
    '--delete',
    '--export',
    '--import',
    '--document',
    '--all',
    '--title',
  ])
    expect(help).toContain(`\n  ${option} `);
  for (const code of ['0', '1', '2', '3', '4', '5', '6', '7', '130'])
    expect(help).toMatch(new RegExp(`\n  ${code} +\\w`));
  for (const line of help.split('\n')) expect(line.length).toBeLessThanOrEqual(140);
});
