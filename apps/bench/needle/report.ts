// The kept needle runs as a page. Pure.
import { markdownTable } from 'markdown-table';
import { formatHeader, formatNumber } from '../command/results/report.ts';
import { describeState, summaryOf, type KeptSample, type NeedleRun } from './kept.ts';

const columns = ['depth', 'expected', 'answer', 'recall', 'exact', 'read', 'asked'];

const cells = (sample: KeptSample): string[] => [
  sample.depth.toFixed(2),
  sample.expected,
  // An answer may hold what Markdown would take for its own.
  `\`${sample.answer.replaceAll(/\s+/g, ' ').replaceAll(/[`|]/g, "'")}\``,
  sample.recall.toFixed(2),
  sample.exact ? 'yes' : 'no',
  `${formatNumber(sample.readMs / 1000)} s`,
  `${formatNumber(sample.askMs / 1000)} s`,
];

/** How the command was typed. */
export function needleCommandOf({ settings }: Pick<NeedleRun, 'settings'>): string {
  const { tokens, samples, documents, gather } = settings;
  const dealt = documents === samples ? '' : ` --documents ${documents}`;
  return `npm run needle -- --tokens ${tokens} --samples ${samples}${dealt} --gather ${gather} --keep`;
}

function section(run: NeedleRun): string {
  const { recall, exact, samples } = summaryOf(run);
  const { tokens, gather, maxNewTokens, model, modelSha256 } = run.settings;
  const state = describeState(run);
  const lines = [
    `- Command: \`${needleCommandOf(run)}\``,
    `- Model: ${model}, SHA-256 ${modelSha256.slice(0, 12)}; answers are cut at ${maxNewTokens} tokens`,
    ...formatHeader(run.header),
    ...(samples === 0 ? [] : [`- Recall ${recall.toFixed(2)}, exact answers ${exact} of ${samples}`]),
    ...(state === '' ? [] : [`- Not whole: ${state}`]),
  ];
  const table = markdownTable([columns, ...run.samples.map(cells)], {
    align: ['r', 'r', 'l', 'r', 'l', 'r', 'r'],
  });
  return `## ${tokens} tokens, gather ${gather}\n\n${lines.join('\n')}\n${samples === 0 ? '' : `\n${table}\n`}`;
}

/** The page: every run with its settings, its device and its samples. */
export function formatNeedleRuns(runs: readonly NeedleRun[]): string {
  return `# Needle results

Made by \`npm run needle -- --keep\` and by nothing else; the same is in [needle.json](needle.json). Recall: the share of the needle that
what was gathered covers. Exact: its number stands in the answer. Read: the time of reading the document; asked: that of the answer.

${runs.length === 0 ? 'No run is kept yet.\n' : runs.map(section).join('\n')}`;
}
