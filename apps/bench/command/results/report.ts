// The results as a header and one table, for a terminal and for docs/results alike. Pure.
import { markdownTable } from 'markdown-table';
import type { Row } from './row.ts';

/** Where and when the rows were measured. */
export interface Header {
  readonly adapter: string;
  readonly browser: string;
  readonly flags: readonly string[];
  readonly cores: number;
  readonly commit: string;
  /** ISO 8601, UTC. */
  readonly date: string;
  /** What makes these results less than a full run; absent for one. */
  readonly caution?: string;
}

export interface Results {
  readonly header: Header;
  readonly rows: readonly Row[];
}

const columns = ['row', 'value', 'unit', 'spread', 'samples', 'share', 'ratio', 'against'];

/** Three digits, without an exponent: 0.0123, 4.56, 789, 12300. */
export function formatNumber(value: number | null | undefined): string {
  if (value === undefined || value === null) return '';
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 12));
}

function cells(row: Row): string[] {
  return [
    row.name,
    row.value === null ? '-' : formatNumber(row.value),
    row.unit,
    row.spread === null ? '' : `${(100 * row.spread).toFixed(0)} %`,
    String(row.samples.length),
    formatNumber(row.share),
    formatNumber(row.ratio),
    row.against ?? '',
  ];
}

/** The table and the words that explain it, as Markdown that reads well in a terminal. */
export function formatResults({ header, rows }: Results): string {
  const right = new Set(['value', 'spread', 'samples', 'share', 'ratio']);
  const table = markdownTable([columns, ...rows.map(cells)], {
    align: columns.map((column) => (right.has(column) ? 'right' : 'left')),
  });
  const lines = [
    `- Adapter: ${header.adapter}`,
    `- Browser: ${header.browser}, ${header.cores} cores`,
    `- Flags: ${header.flags.join(' ')}`,
    `- Commit: ${header.commit}`,
    `- Date: ${header.date}`,
    ...(header.caution === undefined ? [] : [`- Caution: ${header.caution}`]),
  ];
  return `${lines.join('\n')}

${table}

Value: the median of the samples, taken after one that is thrown away; of a limit (\`-max\`, \`-longest\`) the largest. Spread: (largest -
smallest sample) / median. Share: of the peak that the same page measured in turn with it. Ratio: to what ran beside it in the same run.
`;
}
