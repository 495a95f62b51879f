// What comes of questions that a document answers and of those that it does not: a table, and the answers themselves.
import { markdownTable } from 'markdown-table';
import type { Answer } from 'longread';
import type { Posed } from './strangers.ts';
import { groupBy } from './summary.ts';

/** One answer, a line of JSON. */
export interface PosedAnswer {
  readonly id: string;
  readonly from: Posed['from'];
  readonly task: string;
  readonly document: string;
  readonly question: string;
  readonly expected: readonly string[];
  readonly gather: number;
  readonly maxNewTokens: number;
  /** Whether it was to go on where a sentence came again. */
  readonly endless: boolean;
  readonly answer: string;
  readonly finish: Answer['finish'];
  readonly generatedTokens: number;
  /** By the task's scorer; null of a question that is not answered, or where nothing was generated. */
  readonly right: number | null;
  readonly support: Answer['support'] | null;
  /** What the reader was shown, best first. */
  readonly passages: readonly string[];
  readonly seconds: number;
  readonly adapter: string;
  readonly commit: string;
  readonly date: string;
}

export const questionsFrom = {
  own: 'answered by the text',
  same: 'of another text of its kind',
  other: 'of a text of another kind',
} as const;

const count = <T>(items: readonly T[], is: (item: T) => boolean) =>
  `${items.filter(is).length} of ${items.length}`;

/** Cuts of `match` that are compared. */
const cuts = [4.5, 5, 5.5, 6, 6.5, 7];

/** What other cuts would have said, by kind of text: each question once, however often it was asked. */
function formatCuts(answers: readonly PosedAnswer[]): string {
  const each = [...new Map(answers.map((one) => [`${one.document}|${one.question}`, one])).values()];
  const rows = [
    ...groupBy(each, ({ document, from }) => [document, from === 'own'].join('|')).values(),
  ].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const below = (cut: number) =>
      group.filter(({ support }) => support?.words === 0 && (support.match ?? Infinity) < cut).length;
    const unnamed = group.filter(({ support }) => support?.names === false).length;
    return [
      [
        first.document,
        first.from === 'own' ? 'answered' : 'not answered',
        ...[group.length, unnamed, ...cuts.map(below)].map(String),
      ],
    ];
  });
  return markdownTable([
    ['text', 'questions', 'n', 'no name', ...cuts.map((cut) => `below ${cut}`)],
    ...rows,
  ]);
}

export function formatUnanswerable(answers: readonly PosedAnswer[]): string {
  const groups = groupBy(answers, ({ gather, maxNewTokens, endless, from }) =>
    [gather, maxNewTokens, endless, from].join('|'),
  );
  const rows = [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const wrote = group.filter(({ maxNewTokens }) => maxNewTokens !== 0);
    const scored = wrote.filter(({ right }) => right !== null);
    return [
      [
        String(first.gather),
        `${first.maxNewTokens}${first.endless ? ', endless' : ''}`,
        questionsFrom[first.from],
        count(group, ({ support }) => support?.verdict === 'nothing'),
        wrote.length === 0 ? '-' : count(wrote, ({ finish }) => finish !== 'length'),
        scored.length === 0 ? '-' : count(scored, ({ right }) => right === 1),
        (group.reduce((sum, { seconds }) => sum + seconds, 0) / group.length).toFixed(1),
      ],
    ];
  });
  const head = [
    'gather',
    'tokens at most',
    'questions',
    'said to be in no passage',
    'ended by themselves',
    'right',
    'seconds',
  ];
  const places = [
    ...new Set(answers.map(({ adapter, commit, date }) => `${adapter}, ${commit}, ${date.slice(0, 10)}`)),
  ];
  const list = answers
    .filter(({ maxNewTokens }) => maxNewTokens !== 0)
    .map(({ from, question, expected, answer, finish, support, gather }) => {
      const verdict = support?.verdict === 'nothing' ? ', said to be in no passage' : '';
      const wanted = from === 'own' ? expected.join(' / ') : 'nothing';
      return `- ${question} (${wanted}; gather ${gather}, ${finish}${verdict}) ${JSON.stringify(answer)}`;
    });
  return `# Questions that a text does not answer

Texts made for the evaluation, each asked its own questions and as many of others. Made by \`npm run eval -- --unanswerable\`.
Measured on ${places.join('; ')}.

${markdownTable([head, ...rows])}

Said to be missing because no name of the question stands in the text, and because no telling word stands in the passages and the best
window's score is below a cut:

${formatCuts(answers)}
${list.length === 0 ? '' : `\n${list.join('\n')}\n`}`;
}
