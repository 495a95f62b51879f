// What runs over growing documents measured, as a page. Pure.
import { markdownTable } from 'markdown-table';
import { formatHeader, formatNumber } from '../command/results/report.ts';
import { curveOf, rateBetween, type CurveRow, type MillionRun } from './record.ts';

const MB = (bytes: number) => formatNumber(bytes / 1e6);
const count = (tokens: number) => tokens.toLocaleString('en-US');
const share = (value: number) => value.toFixed(2);

function table(rows: readonly (readonly string[])[]): string {
  const [head = []] = rows;
  return markdownTable(
    rows.map((row) => [...row]),
    { align: head.map((_, i) => (i === 0 ? 'left' : 'right')) },
  );
}

function costTable(curve: readonly CurveRow[]): string {
  const head = ['tokens', 'tokens/s', 'GPU MB reading', 'GPU MB asking', 'heap MB reading', 'heap MB held', 'heap MB asking', 'stored MB', 'bytes a token', 'written / stored', 'opened in s', 'search s', 'answer s', 'of it search']; // prettier-ignore
  return table([
    head,
    ...curve.map((row) => [
      count(row.tokens),
      formatNumber(row.tokensPerSecond),
      MB(row.readingGpuBytes),
      MB(row.askingGpuBytes),
      MB(row.readingHeapBytes),
      MB(row.heldHeapBytes),
      MB(row.askingHeapBytes),
      MB(row.storedBytes),
      formatNumber(row.storedBytes / row.tokens),
      row.writtenBytes === undefined ? '' : share(row.writtenBytes / row.storedBytes),
      formatNumber(row.openSeconds),
      formatNumber(row.searchSeconds),
      formatNumber(row.answerSeconds),
      formatNumber(row.answerGatherSeconds),
    ]),
  ]);
}

function foundTable(curve: readonly CurveRow[]): string {
  const columns = [
    ...new Set(curve.flatMap(({ found }) => found.map(({ strategy, task }) => `${task}, ${strategy}`))),
  ].sort();
  return table([
    ['tokens', ...columns, 'answers right'],
    ...curve.map(({ tokens, found }) => {
      const cells = columns.map((column) => {
        const cell = found.find(({ strategy, task }) => `${task}, ${strategy}` === column);
        return cell === undefined ? '' : `${share(cell.hasAll)} (${cell.n})`;
      });
      const answered = found.filter(({ correct }) => correct !== null);
      const right = answered.map(({ answered: n, correct }) => `${Math.round((correct ?? 0) * n)} of ${n}`);
      return [count(tokens), ...cells, right.join(', ')];
    }),
  ]);
}

/** Tokens a second of the first and of the last so many tokens. */
export function endsOf({ stretches, lengths }: MillionRun, tokens = 100_000) {
  const total = lengths.at(-1)?.tokens ?? 0;
  return {
    first: rateBetween(stretches, 0, tokens),
    last: rateBetween(stretches, Math.max(0, total - tokens), total),
  };
}

/** A run as its page shows it. */
export function formatMillion(run: MillionRun): string {
  const { settings, crashes, commits, isFile = false, isGpuOfReading = false } = run;
  const curve = curveOf(run);
  const { first, last } = endsOf(run);
  const ratio = first !== null && last !== null ? ` (${share(last / first)} of the first)` : '';
  return `## ${settings.preset}, exit layer ${curve[0]?.exitLayer ?? ''}, ${settings.model}

${formatHeader(run.header).join('\n')}
- Commits that measured: ${commits.join(', ')}
- Text: ${isFile ? 'a file, of which the page holds nothing' : 'a string, copies of which stand in the heap while it is read'}
- GPU MB reading: ${isGpuOfReading ? 'of each part' : "of the first part; of the others what opening the document took, beside the answers' cache"}

Tokens a second in the first 100,000 tokens: ${formatNumber(first)}; in the last: ${formatNumber(last)}${ratio}. The browser was ended
${crashes.length === 0 ? 'never' : `at ${crashes.map(count).join(', ')} tokens, and went on`}.

${costTable(curve)}

Of the questions, the share of which all evidence was gathered (questions), ${count(settings.gather)} tokens gathered:

${foundTable(curve)}
`;
}

/** All runs that are kept. */
export function formatMillions(runs: readonly MillionRun[]): string {
  return `# A document that grows to a million tokens

Written by \`node tools/start.mjs million -- --keep\`. Leads of Wikipedia articles, profiles of countries and a novel, in random order;
facts are hidden in each part, so every length has some of its own.

${runs.map(formatMillion).join('\n')}`;
}
