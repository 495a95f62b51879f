// The figures that the README cites, as a list made of what is kept: no measured number stands there that no kept file holds. Pure.
import { describeState, summaryOf, type NeedleRun } from '../../needle/kept.ts';
import { needleCommandOf } from '../../needle/report.ts';
import type { Kept } from './files.ts';
import { rowsOf } from './kept-runs.ts';
import { formatNumber } from './report.ts';
import type { Row } from './row.ts';

const opening = '<!-- figures: written by npm run bench and npm run needle with keep, from docs/results -->';
const closing = '<!-- end of figures -->';

const counted = ({ samples }: Row): string => `${samples.length} sample${samples.length === 1 ? '' : 's'}`;

function rowLine(name: string, what: string, row: Row | undefined): string {
  if (row?.value == null) return `- ${what}: not measured yet (\`npm run bench -- --only ${name} --keep\`).`;
  const unit = row.peak === undefined ? row.unit : `of ${row.peak}`;
  const against = row.against === undefined ? '' : `: ${row.against}`;
  return `- ${what}: ${formatNumber(row.value)} ${unit}${against} (${name}, ${counted(row)}).`;
}

function needleLine(run: NeedleRun): string {
  const { recall, exact, samples } = summaryOf(run);
  const state = describeState(run);
  const { tokens, gather, documents } = run.settings;
  const figures =
    samples === 0 ? 'no figures' : `recall ${recall.toFixed(2)}, ${exact} of ${samples} answers exact`;
  const several = documents === 1 ? 'all in one document' : `in ${documents} documents`;
  const dealt = documents === run.settings.samples ? 'one a document' : several;
  const day = run.header.date.slice(0, 10);
  return `- Needles, ${dealt}, in ${tokens} tokens, gather ${gather}: ${figures}${state === '' ? '' : `; ${state}`} (\`${needleCommandOf(run)}\`, ${day}).`;
}

/** Rows that the README cites, and what of them a reader wants to know. */
const cited: Readonly<Record<string, string>> = {
  'ask-s': '`npm run ask`, set up',
  'ask-again-s': 'The second run, which opens the stored document',
  'prefill-matmul-share': 'Matrix products of a chunk, as a share of the largest measured peak',
  'decode-vs-peak-bandwidth': "Decode, as a share of the memory's largest measured rate",
  'compress-2k-vs-wllama-prefill': 'Reading beside wllama',
  'decode-2k-vs-wllama': 'Decode beside wllama',
};

/** The list, a line a figure. */
export function figureLines({ runs, needles }: Kept): string[] {
  const rows = new Map(rowsOf(runs).map((row) => [row.name, row]));
  return [
    ...Object.entries(cited).map(([name, what]) => rowLine(name, what, rows.get(name))),
    ...(needles.length === 0
      ? ['- Needles: not measured yet (`npm run needle -- --keep`).']
      : needles.map(needleLine)),
  ];
}

/** The README with its list of figures made anew. @throws Error when it has no place for one */
export function replaceFigures(readme: string, kept: Kept): string {
  const [start, end] = [readme.indexOf(opening), readme.indexOf(closing)];
  if (start < 0 || end < start) throw new Error(`The README has no line '${opening}' before '${closing}'.`);
  return `${readme.slice(0, start)}${opening}\n\n${figureLines(kept).join('\n')}\n\n${readme.slice(end)}`;
}

/** The README without its list of figures. */
export function withoutFigures(readme: string): string {
  const [start, end] = [readme.indexOf(opening), readme.indexOf(closing)];
  return readme.slice(0, start) + readme.slice(end);
}
