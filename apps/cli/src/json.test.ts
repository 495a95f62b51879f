// The JSON that docs/cli.md shows has the fields that commands print, no more and no fewer: scripts rely on it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rootFolder } from '@longread/command';
import type { AskReport } from './ask-report.ts';
import type { ListReport } from './list-report.ts';

const shown = [
  ...readFileSync(join(rootFolder, 'docs', 'cli.md'), 'utf8').matchAll(/```json\n([\s\S]*?)```/g),
].map((block): unknown => JSON.parse(block[1] ?? ''));

/** The types demand each field, and allow no other. */
const report: AskReport = {
  question: '',
  answer: '',
  finish: 'stop',
  evidence: [{ start: 0, end: 0, score: 0, place: { fraction: 0, heading: '' }, text: '' }],
  gathered: [{ start: 0, end: 0 }],
  support: { verdict: 'found', names: true, words: 0, match: 0 },
  stats: {
    strategy: 'reform',
    adapter: '',
    gatheredTokens: 0,
    generatedTokens: 0,
    promptTokens: 0,
    historyTurns: 0,
    phases: [{ name: 'decode', ms: 0, tokens: 0 }],
    gpuBytesPeak: 0,
    memory: {
      plannedBytes: 0,
      peakBytes: 0,
      samples: [{ ms: 0, phase: 'gather', gpuBytes: 0, heapBytes: 0 }],
      items: [],
    },
  },
  document: { id: '', title: '', tokens: 0, chunks: 0, opened: true, notes: [] },
  adapter: { kind: 'software', how: '' },
  followUps: [],
};
const list: ListReport = {
  documents: [{ id: '', title: '', tokens: 0, bytes: 0, date: '', used: '', state: 'ready' }],
  unreadable: [{ id: '', reason: '' }],
};

/** The names of fields and the kinds of values, all the way down. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, shapeOf(field)]));
}

test('an answer and a list', () => {
  expect(shown.map(shapeOf)).toEqual([shapeOf(report), shapeOf(list)]); // without a thought, which few models have
});
