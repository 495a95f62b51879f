// A calibration and its page, from what was measured. Pure.
import { markdownTable } from 'markdown-table';
import { invariant, parseHead, type ModelConfig, type PresetName } from '@longread/core';
import { summariseSets, type SetSummary } from '@longread/planner';
import type { HeatMap } from '../pages/plots/driver.ts';
import type { Contender } from './contenders.ts';
import type { SampleRecord } from './records.ts';

export interface Choice {
  readonly config: ModelConfig;
  readonly modelSha256: string;
  readonly chosen: ReadonlyMap<PresetName, SetSummary>;
  /** Best first. */
  readonly singles: readonly SetSummary[];
  readonly together: readonly SetSummary[];
  readonly contenders: readonly Contender[];
  readonly alone: readonly SampleRecord[];
  readonly checked: readonly SampleRecord[];
}

const figure = (value: number) => value.toFixed(3);

/**
 * @param picture the map's file, in the page's folder.
 * @param how the command that measured.
 */
export function formatReport(choice: Choice, picture: string, how: string): string {
  const { config, modelSha256, chosen, singles, together, alone } = choice;
  const [first] = alone;
  invariant(first, 'heads were measured');
  const cells = ({ heads, exitLayer, recall, all, rank, numQuestions }: SetSummary) =>
    [heads.join(' '), exitLayer, figure(recall), figure(all), rank.toFixed(4), numQuestions].map(String);
  const header = ['heads', 'exit layer', 'recall', 'all evidence', 'Mean Normalised Rank', 'questions'];
  const table = (summaries: readonly SetSummary[]) => markdownTable([header, ...summaries.map(cells)]);
  return `# Calibration of ${config.name}

SHA-256 ${modelSha256}. Measured on ${first.adapter}, commit ${first.commit}, by
\`${how}\`. Recall: the share of the evidence's tokens among an eighth of a
sample's, by late interaction over windows of 33 tokens; means over tasks. What is chosen is the best of recall less rank, of which a
further head must bring 0.02 and a further layer 0.002.

## Chosen

${markdownTable([['preset', ...header], ...[...chosen].map(([name, set]) => [name, ...cells(set)])])}

## On other prose

${checkTable(choice)}

## The best heads by themselves

${table(singles.slice(0, 20))}

## Together

${table(together.slice(0, 20))}

![recall of every head by itself](${picture})
`;
}

/** Recall of every head by itself; those that a preset has are marked. */
export function mapOf({ singles, chosen }: Choice): HeatMap {
  const marked = new Set([...chosen.values()].flatMap(({ heads }) => heads));
  const cells = singles.flatMap(({ heads: [name = ''], recall: value }) => {
    const { layer, type, head } = parseHead(name);
    return [{ layer, type, at: head, head: `${type}${head}`, value, isChosen: marked.has(name) }];
  });
  const columns = cells.toSorted((a, b) => 'QKV'.indexOf(a.type) - 'QKV'.indexOf(b.type) || a.at - b.at);
  const heads = [...new Set(columns.map(({ head }) => head))];
  return { name: 'heads', label: 'recall of a head by itself', heads, cells };
}

function checkTable({ contenders, checked }: Choice): string {
  const summaries = summariseSets(checked);
  const [first] = checked;
  if (first === undefined) return 'Not measured.\n';
  const rowsOf = ({ name, heads }: Contender) => {
    const summary = summaries.find((one) => one.heads.join(' ') === heads.join(' '));
    return summary ? [{ name, ...summary }] : [];
  };
  const rows = contenders.flatMap(rowsOf);
  const chances = rows.filter(({ name }) => name.startsWith('chance'));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const byChance = ['recall', 'all', 'rank'] as const;
  const read = rows.find(({ name }) => name === 'read');
  const margin = (read?.recall ?? NaN) - mean(chances.map(({ recall }) => recall));
  const table = markdownTable([
    ['choice', 'heads', 'exit layer', 'recall', 'all evidence', 'Mean Normalised Rank'],
    ...rows
      .filter(({ name }) => !name.startsWith('chance'))
      .map(({ name, heads, exitLayer, recall, all, rank }) =>
        [name, heads.join(' '), exitLayer, figure(recall), figure(all), rank.toFixed(4)].map(String),
      ),
    [
      `mean of ${chances.length} by chance`,
      '',
      '',
      ...byChance.map((field) => figure(mean(chances.map((row) => row[field])))),
    ],
    [
      'best of these',
      chances.toSorted((a, b) => b.recall - a.recall)[0]?.heads.join(' ') ?? '',
      '',
      figure(Math.max(...chances.map(({ recall }) => recall))),
      figure(Math.max(...chances.map(({ all }) => all))),
      '',
    ],
  ]);
  return `${table}

${read?.numQuestions ?? 0} questions. Of the recall \`read\` has ${figure(margin)} more than choices by chance on the mean.
`;
}
