import { InvalidInputError } from '@longread/core';
import type { EvalDocument } from '@longread/eval';
import { mkdtemp, rm, writeFile, appendFile } from 'node:fs/promises';
import type { Answer } from 'longread';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { addAnswer, keyOf, readAnswers, type EvalAnswer } from './answers.ts';
import { askAll, askTogether, isAnswered, tasksOf } from './ask-all.ts';
import type { Asker } from './asker.ts';
import type { EvalPart } from './runs.ts';

const text = 'Anna went to the bakery. It rained.';
const document: EvalDocument = {
  id: 'a story',
  kind: 'prose',
  text,
  numTokens: 10,
  questions: [1, 2].map((number) => ({
    task: 'qa1',
    id: `a story ${number}`,
    question: 'Where is Anna?',
    answers: ['bakery'],
    evidence: [{ start: 0, end: 24 }],
    passage: 'Anna went to the bakery.',
    maxNewTokens: 20,
  })),
};
const part: EvalPart = {
  length: 8192,
  documents: [document],
  contenders: [
    { name: 'reform/cosine', strategy: 'reform', gather: { scoring: 'cosine' } },
    { name: 'h2o', strategy: 'h2o', gather: {} },
  ],
};
const settings = { gather: 16, passages: false };

/** Answers every question with the place, from the first sentence where the strategy gathers. */
function fakeAsker() {
  const calls: unknown[][] = [];
  const asker: Omit<Asker, 'measureHeads'> = {
    together: () => {
      calls.push(['together']);
      return Promise.resolve();
    },
    read: (...args) => {
      calls.push(['read', ...args]);
      return Promise.resolve(11);
    },
    ask: (...args) => {
      calls.push(['ask', ...args]);
      const gathers = args[1].strategy !== 'h2o';
      return Promise.resolve({
        text: 'The bakery.',
        gathered: gathers ? [{ start: 0, end: 24 }] : [],
        stats: { gatheredTokens: gathers ? 5 : 0, gpuBytesPeak: 7 },
      } as unknown as Answer);
    },
    forget: () => {
      calls.push(['forget']);
      return Promise.resolve();
    },
  };
  return { calls, asker };
}

async function all(run: ReturnType<typeof askAll>) {
  const answers = [];
  for await (const answer of run) answers.push(answer);
  return answers;
}

describe('askAll', () => {
  it('reads a document once for all contenders, then each clean passage', async () => {
    const { calls, asker } = fakeAsker();
    const answers = await all(askAll(asker, tasksOf(part, false), settings));
    expect(calls.map(([name]) => name)).toEqual([
      ...['read', 'ask', 'ask', 'ask', 'ask'],
      ...['forget', 'read', 'ask', 'forget', 'read', 'ask', 'forget'],
    ]);
    expect(
      answers.map(({ strategy, recall, hasAll, correct }) => [strategy, recall, hasAll, correct]),
    ).toEqual([
      ['reform/cosine', 1, true, 1],
      ['reform/cosine', 1, true, 1],
      ['h2o', null, null, 1],
      ['h2o', null, null, 1],
      ['ceiling', null, null, 1],
      ['ceiling', null, null, 1],
    ]);
    expect(calls[1]?.[2]).toMatchObject({
      strategy: 'reform',
      maxNewTokens: 20,
      gather: { scoring: 'cosine' },
    });
  });

  it('asks for passages alone', async () => {
    const { calls, asker } = fakeAsker();
    const passages = { ...settings, passages: true };
    const one = { ...part, contenders: part.contenders.slice(0, 1) };
    const answers = await all(askAll(asker, tasksOf(one, true), passages));
    expect(answers.map(({ correct, hasAll }) => [correct, hasAll])).toEqual([
      [null, true],
      [null, true],
    ]);
    expect(calls[1]?.[2]).toMatchObject({ maxNewTokens: 0 });
  });
});

describe('a file of answers', () => {
  async function tempFile(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'eval-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    return join(folder, 'some', 'answers.jsonl');
  }
  const where = { adapter: '', commit: '', date: '' };

  it('is gone on with: what was answered is not asked again', async () => {
    const path = await tempFile();
    expect(await readAnswers(path)).toEqual([]);
    const tasks = tasksOf(part, false);
    const [first] = await all(askAll(fakeAsker().asker, tasks.slice(0, 1), settings));
    await addAnswer(path, { ...(first as EvalAnswer), ...where });
    const known = new Set((await readAnswers(path)).map(keyOf));
    expect(tasks.map((task) => isAnswered(task, settings, known))).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
    for (const changed of [
      { ...settings, gather: 17 },
      { ...settings, passages: true },
    ])
      expect(tasks.some((task) => isAnswered(task, changed, known))).toBe(false);
  });

  it('counts an answer that is there twice once', async () => {
    const path = await tempFile();
    const answer = { strategy: 'reform', length: 8, gather: 4, sample: 'a', correct: 0 } as EvalAnswer;
    for (const correct of [0, 1]) await addAnswer(path, { ...answer, correct });
    await addAnswer(path, { ...answer, correct: null });
    expect((await readAnswers(path)).map(({ correct }) => correct)).toEqual([1, null]);
  });

  it('may end in a line that was cut, and says which line is none', async () => {
    const path = await tempFile();
    await addAnswer(path, { strategy: 'reform', sample: 'a' } as EvalAnswer);
    await appendFile(path, '{"strategy":"ref');
    expect(await readAnswers(path)).toHaveLength(1);
    await writeFile(path, '{"strategy":"reform","sample":"a"}\n<html>\n');
    await expect(readAnswers(path)).rejects.toThrow(InvalidInputError);
    await expect(readAnswers(path)).rejects.toThrow('Line 2');
  });
});

describe('documents of a length as one', () => {
  it('are all read first, and what was gathered of another does not count', async () => {
    const { asker, calls } = fakeAsker();
    const other = { ...document, id: 'another', questions: [] };
    const ask: Asker['ask'] = (question, options) =>
      asker.ask(question, options).then((answer) => ({
        ...answer,
        gathered: ['a story', 'another'].map((title, i) => ({
          start: 0,
          end: 24 - 20 * (1 - i),
          document: { id: title, title },
        })),
      }));
    const tasks = tasksOf({ ...part, documents: [document, other] }, true);
    const twice = [...tasks, { ...tasks[0], document: other } as (typeof tasks)[number]];
    const answers = [];
    for await (const answer of askTogether({ ...asker, ask }, twice, { gather: 16, passages: true }))
      answers.push(answer);
    expect(calls.map(([name]) => name).slice(0, 3)).toEqual(['read', 'read', 'together']);
    expect(calls.at(-1)).toEqual(['forget']);
    expect(answers[0]?.recall).toBeCloseTo(4 / 24);
    expect(answers.at(-1)?.recall).toBe(1);
  });
});
