// The questions against the texts themselves.
import { factbookTexts, makeDocuments, mobyDickQuestions, novelDocument, scoreAnswer } from '@longread/eval';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { loadFactbook, loadSources, mobyDickFrom } from './texts.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** About what a byte-level tokenizer of 49,152 entries makes of English: measured on this novel, 4.3 characters a token. */
const countTokens = (text: string): number => text.length / 4.3;

describe('Moby Dick', () => {
  const document = (targetTokens: number, chapter = 1) =>
    novelDocument({
      id: 'moby-dick',
      text: mobyDickFrom(chapter),
      questions: mobyDickQuestions,
      targetTokens,
      countTokens,
    });

  test('every quote stands exactly once in the novel', () => {
    const novel = mobyDickFrom(1);
    for (const { evidence } of mobyDickQuestions) {
      for (const quote of evidence) expect([quote, novel.split(quote).length - 1]).toEqual([quote, 1]);
    }
  });

  test('no question is asked twice', () => {
    expect(new Set(mobyDickQuestions.map(({ question }) => question)).size).toBe(mobyDickQuestions.length);
  });

  test.each([
    [8_000, 14],
    [32_000, 28],
    [64_000, 42],
  ])('%i tokens hold at least %i questions', (targetTokens, least) => {
    expect(document(targetTokens).questions.length).toBeGreaterThanOrEqual(least);
  });

  test('a reader of the passage who repeats it is right, one who repeats the question is not', () => {
    const { questions } = document(175_000);
    expect(questions).toHaveLength(mobyDickQuestions.length);
    for (const question of questions) {
      for (const answer of question.answers)
        expect([answer, scoreAnswer(answer, question)]).toEqual([answer, 1]);
      expect([question.passage, scoreAnswer(question.passage, question)]).toEqual([question.passage, 1]);
      expect([question.question, scoreAnswer(question.question, question)]).toEqual([question.question, 0]);
    }
  });

  test('questions are not copied from the sentence that answers them', () => {
    for (const { question, evidence } of mobyDickQuestions) {
      const words = question.toLowerCase().match(/[a-z]+/g) ?? [];
      const told = evidence.join(' ').toLowerCase();
      const runs = words.slice(4).map((_, i) => words.slice(i, i + 5).join(' '));
      for (const run of runs) expect(told).not.toContain(run);
    }
  });
});

describe('the factbook', () => {
  let texts: ReturnType<typeof factbookTexts>;
  beforeAll(async () => {
    texts = factbookTexts(await loadFactbook());
  });

  test('has the profiles of all countries, with several questions each', () => {
    expect(texts.length).toBeGreaterThan(220);
    expect(texts.length).toBeLessThan(262);
    const numQuestions = texts.map(({ questions }) => questions.length);
    expect(numQuestions.reduce((a, b) => a + b, 0) / texts.length).toBeGreaterThan(8);
  });

  test('every answer stands in its line, and the line in its profile', () => {
    for (const { text, questions } of texts) {
      for (const { answers, evidence, passage, question } of questions) {
        const [line = ''] = evidence.map(({ start, end }) => text.slice(start, end));
        expect(line).toMatch(/^[A-Z][A-Za-z ]+: [^\n]+$/);
        expect(passage.endsWith(`\n${line}`)).toBe(true);
        expect(scoreAnswer(line, { task: 'factbook', question, answers })).toBe(1);
      }
    }
  });

  test('an answer of common words is wrong everywhere, and so is the question', () => {
    const said =
      'It is not so, I am told by my friend: no one is at home in it, do as he says to us and be of use to me. 1 2 3.';
    for (const question of texts.flatMap(({ questions }) => questions)) {
      expect([question.answers, scoreAnswer(said, { ...question, task: 'factbook' })]).toEqual([
        question.answers,
        0,
      ]);
    }
  });

  test.each([
    ['Austria', 'Which city is the capital', 'Vienna'],
    ['Thailand', 'What was', 'Siam'],
    ['France', 'What is the title', 'La Marseillaise'],
    ['Kenya', 'Which is the highest point', 'Mount Kenya'],
    ['Thailand', 'With which code', '.th'],
    ['Germany', 'Which figure', 'golden eagle'],
  ])('%s: %s ... %s', (country, start, answer) => {
    const asked = texts
      .filter(({ text }) => text.startsWith(`${country}\n`))
      .flatMap(({ questions }) => questions.filter(({ question }) => question.startsWith(start)));
    expect(asked.map(({ answers }) => answers[0])).toEqual([answer]);
  });
});

test('documents over the packaged texts have 20 questions of the novel and the factbook at 8,000 tokens', async () => {
  const sources = await loadSources(['novel', 'factbook', 'qa1'], () => undefined);
  const options = { seed: 1, targetTokens: 8_000, countTokens, numDocuments: 7, numQuestions: 4, sources };
  const documents = makeDocuments({ ...options, tasks: ['novel', 'factbook', 'qa1'] });
  for (const task of ['novel', 'factbook', 'qa1']) {
    const questions = documents.flatMap((document) =>
      document.questions.filter((asked) => asked.task === task),
    );
    expect(questions.length).toBeGreaterThanOrEqual(20);
  }
});
