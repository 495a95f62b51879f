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

const columns = ['row', 'value', 'unit', 'spread', 'samples', 'share', 'of peak', 'ratio', 'against'];

/** Three digits, without an exponent: 0.0123, 4.56, 789, 12300. */
export function formatNumber(value: number | null | undefined): string {
  if (value === undefined || value === null) return '';
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 12));
}

/** Of one sample there is no spread to tell. */
function formatSpread({ samples, spread }: Pick<Row, 'samples' | 'spread'>): string {
  if (samples.length === 1) return 'n=1';
  return spread === null ? '' : `${(100 * spread).toFixed(0)} %`;
}

function cells(row: Row): string[] {
  return [
    row.name,
    row.value === null ? '-' : formatNumber(row.value),
    row.unit,
    formatSpread(row),
    String(row.samples.length),
    formatNumber(row.share),
    row.peak ?? '',
    formatNumber(row.ratio),
    row.against ?? '',
  ];
}

/** Where and when, a line each. */
export function formatHeader(header: Header): string[] {
  return [
    `- Adapter: ${header.adapter}`,
    `- Browser: ${header.browser}, ${header.cores} cores`,
    `- Flags: ${header.flags.join(' ')}`,
    `- Commit: ${header.commit}`,
    `- Date: ${header.date}`,
    ...(header.caution === undefined ? [] : [`- Caution: ${header.caution}`]),
  ];
}

/** The table and the words that explain it, as Markdown that reads well in a terminal. */
export function formatResults({ header, rows }: Results): string {
  const right = new Set(['value', 'spread', 'samples', 'share', 'ratio']);
  const table = markdownTable([columns, ...rows.map(cells)], {
    align: columns.map((column) => (right.has(column) ? 'right' : 'left')),
  });
  return `${formatHeader(header).join('\n')}

${table}

Value: the median of the samples; of a limit (\`-max\`, \`-longest\`, \`-error\`) the largest. Rows of kernels throw a first sample away, rows of
whole phases do not. Spread: (largest - smallest sample) / median; n=1: one sample, of which there is no spread to tell. Share: of the
largest of the device's peaks, which the same page measured in turn with it; shares of smaller peaks stand under those peaks' names.
Ratio: to what ran beside it in the same run.
`;
}
