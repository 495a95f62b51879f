// A calibration and its page, from what was measured. Pure.
import { markdownTable } from 'markdown-table';
import {
  invariant,
  parseHead,
  presetNames,
  type CalibrationData,
  type ModelConfig,
  type PresetName,
} from '@longread/core';
import { summariseSets, type ChosenSets, type SetSummary } from '@longread/planner';
import type { HeatMap } from '../pages/plots/driver.ts';
import type { Contender } from './contenders.ts';
import type { SampleRecord } from './records.ts';

export interface Choice {
  readonly config: ModelConfig;
  readonly modelSha256: string;
  readonly calibration: CalibrationData;
  /** What late interaction is to look at. */
  readonly found: ChosenSets;
  /** By what they find, best first: heads by themselves, and together. */
  readonly singles: readonly SetSummary[];
  readonly together: readonly SetSummary[];
  /** By what they follow, best first: heads by themselves, and beside those that find. */
  readonly leads: readonly SetSummary[];
  readonly following: readonly SetSummary[];
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
  const { config, modelSha256, found, singles, together, leads, following, alone } = choice;
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
further head must bring 0.02 and a further layer 0.002. Beside it come heads that follow: each sentence of a question's evidence is the
query once, and recall is the share of the others' tokens, scored \`standardised\`.

## Chosen to find with

${markdownTable([['preset', ...header], ...[...found].map(([name, set]) => [name, ...cells(set)])])}

## Read, to follow with as well

${markdownTable([['preset', ...header], ...presetNames.flatMap((name) => readBy(choice, name).map((set) => [name, ...cells(set)]))])}

## On other prose

${checkTable(choice)}

## The best heads by themselves

${table(singles.slice(0, 20))}

## Together

${table(together.slice(0, 20))}

## The best heads by themselves at following

${table(leads.slice(0, 20))}

## Beside what finds

${table(following.slice(0, 20))}

![recall of every head by itself](${picture})
`;
}

/** What the set that a preset reads follows, if it was measured. */
function readBy({ calibration, following }: Choice, preset: PresetName): SetSummary[] {
  const name = calibration.presets[preset]?.heads.join(' ');
  return following.filter(({ heads }) => heads.join(' ') === name);
}

/** Recall of every head by itself; those that a preset has are marked. */
export function mapOf({ singles, calibration }: Choice): HeatMap {
  const marked = new Set(presetNames.flatMap((preset) => calibration.presets[preset]?.heads ?? []));
  const cells = singles.flatMap(({ heads: [name = ''], recall: value }) => {
    const { layer, type, head } = parseHead(name);
    return [{ layer, type, at: head, head: `${type}${head}`, value, isChosen: marked.has(name) }];
  });
  const columns = cells.toSorted((a, b) => 'QKV'.indexOf(a.type) - 'QKV'.indexOf(b.type) || a.at - b.at);
  const heads = [...new Set(columns.map(({ head }) => head))];
  return { name: 'heads', label: 'recall of a head by itself', heads, cells };
}

function checkTable({ contenders, checked }: Choice): string {
  if (checked.length === 0) return 'Not measured.\n';
  const [asked, followed] = [summariseSets(checked), summariseSets(checked, 'followed')];
  const summaryOf = (summaries: readonly SetSummary[], heads: readonly string[]) => {
    const summary = summaries.find((one) => one.heads.join(' ') === heads.join(' '));
    invariant(summary, `${heads.join(' ')} was measured`);
    return summary;
  };
  const rows = contenders.map(({ name, heads, late }) => {
    const { recall, all, rank, numQuestions } = summaryOf(asked, late);
    const { exitLayer, recall: follows } = summaryOf(followed, heads);
    return { name, heads, late, recall, all, rank, numQuestions, exitLayer, follows };
  });
  const chances = rows.filter(({ name }) => name.startsWith('chance'));
  const chanceOf = (field: (typeof fields)[number]) => chances.map((row) => row[field]);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const fields = ['recall', 'all', 'rank', 'follows'] as const;
  const read = rows.find(({ name }) => name === 'read');
  const marginOf = (field: 'recall' | 'follows') => figure((read?.[field] ?? NaN) - mean(chanceOf(field)));
  const table = markdownTable([
    [
      'choice',
      'to find with',
      'read beside',
      'exit layer',
      'recall',
      'all evidence',
      'Mean Normalised Rank',
      'recall of what follows',
    ],
    ...rows
      .filter(({ name }) => !name.startsWith('chance'))
      .map(({ name, heads, late, exitLayer, recall, all, rank, follows }) => {
        const beside = heads.filter((head) => !late.includes(head)).join(' ');
        const figures = [figure(recall), figure(all), rank.toFixed(4), figure(follows)];
        return [name, late.join(' '), beside, String(exitLayer), ...figures];
      }),
    [
      `mean of ${chances.length} by chance`,
      '',
      '',
      '',
      ...fields.map((field) => figure(mean(chanceOf(field)))),
    ],
    [
      'best of these',
      '',
      '',
      '',
      ...fields.map((field) => figure(Math[field === 'rank' ? 'min' : 'max'](...chanceOf(field)))),
    ],
  ]);
  return `${table}

${read?.numQuestions ?? 0} questions. \`read\` has ${marginOf('recall')} more recall than choices by chance on the mean, and ${marginOf('follows')} more of what
follows.
`;
}
