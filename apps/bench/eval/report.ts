// The report of an evaluation: a table of each length, tasks down, strategies across.
import { markdownTable } from 'markdown-table';
import type { EvalAnswer } from './answers.ts';
import { groupBy, summarise, type EvalRow } from './summary.ts';

const share = (value: number | null) => (value === null ? '-' : value.toFixed(2));

function cellOf(row: EvalRow | undefined): string {
  if (row === undefined) return '';
  const spread = row.ci === null ? '' : ` ± ${row.ci.toFixed(2)}`;
  if (row.accuracy === null) return `${share(row.hasAll)}${spread} (${row.n})`;
  const gathered = row.hasAll === null ? '' : `, all gathered ${share(row.hasAll)}`;
  return `${share(row.accuracy)}${spread} of ${share(row.ceiling)}${gathered} (${row.n})`;
}

/** The rows of one length, of one gather size, of answers or of passages alone. */
function tableOf(rows: readonly EvalRow[]): string {
  const strategies = [...new Set(rows.map(({ strategy }) => strategy))];
  const tasks = [...new Set(rows.map(({ task }) => task))];
  const rowFor = (task: string, strategy: string) =>
    rows.find((row) => row.task === task && row.strategy === strategy);
  const meanOf = (strategy: string) => {
    const values = rows
      .filter((row) => row.strategy === strategy)
      .map(({ accuracy, hasAll }) => accuracy ?? hasAll ?? 0);
    return share(values.reduce((sum, value) => sum + value, 0) / values.length);
  };
  const secondsOf = (strategy: string) => {
    const own = rows.filter((row) => row.strategy === strategy);
    const questions = own.reduce((sum, { n }) => sum + n, 0);
    return (own.reduce((sum, { n, seconds }) => sum + n * seconds, 0) / questions).toFixed(1);
  };
  return markdownTable([
    ['task', ...strategies],
    ...tasks.map((task) => [task, ...strategies.map((strategy) => cellOf(rowFor(task, strategy)))]),
    ['mean of tasks', ...strategies.map(meanOf)],
    ['seconds a question', ...strategies.map(secondsOf)],
  ]);
}

/**
 * @param command how the answers were asked for
 * @param pictures files of the page's folder
 */
export function formatReport(
  answers: readonly EvalAnswer[],
  command: string,
  pictures: readonly string[] = [],
): string {
  const rows = summarise(answers);
  const byLength = [...rows].sort((one, other) => one.length - other.length);
  const sections = groupBy(byLength, ({ length, gather, accuracy }) => {
    const what = accuracy === null ? 'passages alone' : 'answers';
    return `${length} tokens, gather ${gather}, ${what}`;
  });
  const places = [...new Set(answers.map(({ adapter, commit }) => `${adapter}, ${commit}`))];
  return `# Evaluation

Answers: accuracy (± half a 95 % interval over documents) of the accuracy on clean passages, the share of questions of which all
evidence was gathered, and the number of questions. Passages alone: that share and number. A strategy that keeps a cache gathers
nothing. Seconds are those of a question, reading apart.

Measured on ${places.join('; ')}, by ${command}

${[...sections].map(([title, some]) => `## ${title}\n\n${tableOf(some)}\n`).join('\n')}${pictures.map((file) => `\n![${file.replace(/\.svg$/, '').replaceAll('-', ' ')}](${file})\n`).join('')}`;
}
