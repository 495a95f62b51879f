// What is printed: for people, and for a terminal that obeys what it is sent.
import { expect, test } from 'vitest';
import type { AskStats } from 'longread';
import { formatAnswer, formatFigures, formatQuestion, type AskReport } from './ask-report.ts';
import { formatList, listReport } from './list-report.ts';
import { shown } from './shown.ts';

const stats: AskStats = {
  strategy: 'reform',
  adapter: 'some adapter',
  gatheredTokens: 256,
  generatedTokens: 7,
  promptTokens: 300,
  historyTurns: 0,
  phases: [{ name: 'decode', ms: 500, tokens: 7 }],
  gpuBytesPeak: 3e8,
  memory: { plannedBytes: 0, peakBytes: 0, samples: [], items: [] },
};
const report: AskReport = {
  question: 'Who?',
  answer: ' Father Mapple.\n',
  finish: 'stop',
  evidence: [
    {
      start: 1200,
      end: 1230,
      score: 4.217,
      place: { fraction: 0.5, heading: 'Chapter 8', page: '41' },
      text: ' the famous\nFather   Mapple ',
    },
  ],
  gathered: [
    { start: 0, end: 40 },
    { start: 1180, end: 2230 },
  ],
  stats,
  document: { id: 'a', title: 'book.txt', tokens: 4096, chunks: 16, opened: true, notes: [] },
  adapter: { kind: 'software', how: 'as asked for' },
  followUps: [],
};

test('the answer comes first, its passages after it', () => {
  expect(formatAnswer(report)).toBe(
    'Father Mapple.\n\nPassages\n  [1] Chapter 8, p. 41, characters 1,200-1,230, score 4.22\n      the famous Father Mapple\nGathered: 256 tokens in 2 stretches, characters 0-40; 1,180-2,230\n',
  );
  expect(formatAnswer({ ...report, evidence: [] })).toContain('Passages: none');
  expect(formatAnswer(report)).not.toContain('Nothing in the text');
  const missing = { verdict: 'nothing', words: 0, match: 1 } as const;
  expect(formatAnswer({ ...report, support: missing })).toContain('Nothing in the text says this.');
});

test('what a model thought first stands before its answer, which may be missing', () => {
  const thought = 'Father Mapple preaches.\u001b[2J';
  expect(formatAnswer({ ...report, thought })).toMatch(
    /^Thought first:\nFather Mapple preaches\.[^\u001b]*\n\nAnswer:\nFather Mapple\.\n\nPassages/,
  );
  expect(formatAnswer({ ...report, thought, answer: '' })).toMatch(/\n\nAnswer:\n\n\nPassages/);
});

test('of several documents each passage and stretch names its own', () => {
  const document = { id: 'b', title: 'Waves\u001b[2J' };
  const [first] = report.evidence;
  const evidence = [
    { ...first, document, place: { fraction: 0, file: document.title } },
    { ...first, document, place: { fraction: 0, file: 'a.txt' } },
  ] as AskReport['evidence'];
  const printed = formatAnswer({ ...report, evidence, gathered: [{ start: 1, end: 4, document }] });
  expect(printed).toContain('[1] Waves\ufffd[2J, 0 %, characters');
  expect(printed).toContain('[2] Waves\ufffd[2J, a.txt, 0 %, characters');
  expect(printed).toContain('in 1 stretch, characters Waves\ufffd[2J, 1-4\n');
});

test('what was gathered is told in one line, however much it is', () => {
  const stretch = { start: 5, end: 7 };
  const formatted = (count: number) =>
    formatAnswer({ ...report, gathered: Array.from({ length: count }, () => stretch) });
  expect(formatted(0)).not.toContain('Gathered');
  expect(formatted(1)).toContain('256 tokens in 1 stretch, characters 5-7\n');
  expect(formatted(8)).toMatch(/in 8 stretches, characters (5-7; ){7}5-7\n$/);
  expect(formatted(1008)).toMatch(/in 1,008 stretches, characters (5-7; ){7}5-7 and 1,000 more\n$/);
});

test('a passage says where it stands, where that is known', () => {
  const [passage] = report.evidence;
  const place = { fraction: 0.1, page: '41', heading: 'CHAPTER 8\u001b' };
  const evidence = [{ ...passage, place }] as unknown as AskReport['evidence'];
  expect(formatAnswer({ ...report, evidence })).toContain(
    '[1] CHAPTER 8\ufffd, p. 41, characters 1,200-1,230',
  );
});

test('figures list the phases where no log did', () => {
  expect(formatFigures(report, true)).toContain('14.0 tokens/s');
  expect(formatFigures(report, false)).not.toContain('Timings');
  expect(formatFigures(report, false)).toContain('300 MB');
});

test('nothing of a document is obeyed by a terminal', () => {
  const evil = 'a\u001b[2Jb\u009b31mc\rd\u202ee\u2066f\u0007';
  expect(shown(evil)).toBe('a\ufffd[2Jb\ufffd31mc\ufffdd\ufffde\ufffdf\ufffd');
  expect(shown('tab\tline\nשלום 🙂')).toBe('tab\tline\nשלום 🙂');
  const printed = [
    formatAnswer({
      ...report,
      answer: evil,
      evidence: [{ start: 0, end: 9, score: 1, place: { fraction: 0, heading: evil }, text: evil }],
    }),
    formatQuestion(evil),
    formatFigures({ ...report, document: { ...report.document, title: evil } }, true),
    formatList({
      documents: [{ id: 'a', title: evil, tokens: 1, bytes: 1, date: '', used: '', state: 'ready' }],
      unreadable: [{ id: 'b', reason: evil }],
    }),
  ];
  for (const char of '\u001b\u009b\r\u202e\u2066\u0007') expect(printed.join('')).not.toContain(char);
});

test('a list has a line a document, with what cannot be read after them', () => {
  const manifest = { numTokens: 4096, sizeBytes: 3_100_000, createdAt: 0, usedAt: 86_400_000 } as const;
  const list = listReport({
    documents: [
      { ...manifest, id: 'aaaa', title: 'Moby Dick', state: 'ready' },
      { ...manifest, id: 'bbbb', title: 'A\nB', state: 'reading', numTokens: 9 },
    ] as never,
    unreadable: [{ id: 'cccc', reason: 'format 2' }],
  });
  expect(list.documents[0]).toEqual({
    id: 'aaaa',
    title: 'Moby Dick',
    tokens: 4096,
    bytes: 3_100_000,
    date: '1970-01-01T00:00:00.000Z',
    used: '1970-01-02T00:00:00.000Z',
    state: 'ready',
  });
  expect(formatList(list)).toBe(
    [
      'id    date (UTC)        tokens      bytes  title',
      'aaaa  1970-01-01 00:00   4,096  3,100,000  Moby Dick',
      'bbbb  1970-01-01 00:00       9  3,100,000  A B (not read to its end)',
      'cccc  cannot be read: format 2',
      '',
    ].join('\n'),
  );
  expect(formatList({ documents: [], unreadable: [] })).toBe('Nothing is stored.\n');
});
