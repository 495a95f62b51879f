import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { addRecord, keyOf, readRecords, type SampleRecord } from './records.ts';

const record: SampleRecord = {
  step: 'sets',
  sample: 'prose-2048-1',
  sets: [['L9.Q0'], ['L9.Q0', 'L0.V2']],
  numTokens: 2040,
  gatherSize: 255,
  followed: [],
  questions: [{ task: 'two_hop', figures: [{ recall: 0.5, all: 0, rank: 0.1 }] }],
  seconds: 3,
  modelSha256: 'ab',
  adapter: 'an adapter',
  commit: 'a commit',
  date: 'today',
};

async function path(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'records-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, 'new', 'records.jsonl');
}

it('reads what was written, without a last line that was cut', async () => {
  const file = await path();
  expect(await readRecords(file, 'ab')).toEqual([]);
  await addRecord(file, record);
  await addRecord(file, { ...record, step: 'check' });
  await appendFile(file, '{"step": "che');
  expect(await readRecords(file, 'ab')).toEqual([record, { ...record, step: 'check' }]);
});

it('refuses what is no sample, and samples of another model', async () => {
  const file = await path();
  await addRecord(file, record);
  await expect(readRecords(file, 'cd')).rejects.toThrow('another model');
  await appendFile(file, '{"strategy": "reform"}\n');
  await expect(readRecords(file, 'ab')).rejects.toThrow('Line 2');
});

it('tells records apart by step, sample and sets', () => {
  const others = [
    { ...record, step: 'check' as const },
    { ...record, sample: 'prose-2048-2' },
    { ...record, sets: [['L9.Q0', 'L0.V2']] },
  ];
  expect(new Set([record, ...others].map(keyOf)).size).toBe(4);
  expect(keyOf({ ...record, sets: [['L9.Q0'], ['L9.Q0', 'L0.V2']] })).toBe(keyOf(record));
});
