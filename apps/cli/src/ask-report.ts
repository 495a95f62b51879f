// What `npm run ask` prints: the JSON object's shape, the answer for people, and the figures that go beside it.
import type { AdapterChoice } from '@longread/browser';
import { describePlace } from '@longread/core';
import type { Answer, AskStats, Evidence, PhaseStats } from 'longread';
import { shown } from './shown.ts';

/** A question and what came of it. */
export interface Asked {
  readonly question: string;
  readonly answer: string;
  /** What the model thought first; absent where it did not. */
  readonly thought?: string;
  /** Why the answer ended. */
  readonly finish: Answer['finish'];
  readonly evidence: readonly Evidence[];
  /** All that was recomputed for it: where in the source, rising. */
  readonly gathered: Answer['gathered'];
  /** Whether the text says anything of what was asked; absent for a strategy that chooses no tokens. */
  readonly support?: NonNullable<Answer['support']>;
  readonly stats: AskStats;
}

/** The object that `--json` prints, exactly (docs/cli.md). */
export interface AskReport extends Asked {
  readonly document: {
    readonly id: string;
    readonly title: string;
    readonly tokens: number;
    readonly chunks: number;
    readonly opened: boolean;
    /** What its reader should know of how it was read. */
    readonly notes: readonly string[];
  };
  /** What it ran on, and how that was chosen; its name is in `stats`. */
  readonly adapter: AdapterChoice;
  /** In the order they were asked. */
  readonly followUps: readonly Asked[];
}

const passageWidth = 300;

/** Places of gathered stretches on a line; the JSON has all. */
const placesShown = 8;

function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** Of several documents the title, where the place does not say it. */
function titleBefore(title: string | undefined, file?: string): string {
  return title === undefined || title === file ? '' : `${shown(title)}, `;
}

function formatPassage({ start, end, score, place, text, document }: Evidence, index: number): string {
  const line = shown(text.replace(/\s+/g, ' ').trim());
  const trimmed = line.length > passageWidth ? `${line.slice(0, passageWidth).trimEnd()}…` : line;
  const where = `${titleBefore(document?.title, place.file)}${shown(describePlace(place))}, characters ${count(start)}-${count(end)}`;
  return `  [${index + 1}] ${where}, score ${score.toFixed(2)}\n      ${trimmed}\n`;
}

/** How much the model was given, of which the passages are the best, and from where. */
function formatGathered({ gathered, stats }: Asked): string {
  if (gathered.length === 0) return '';
  const places = gathered
    .slice(0, placesShown)
    .map(({ start, end, document }) => `${titleBefore(document?.title)}${count(start)}-${count(end)}`);
  const more = gathered.length - places.length;
  const rest = more > 0 ? ` and ${count(more)} more` : '';
  const stretches = gathered.length === 1 ? '1 stretch' : `${count(gathered.length)} stretches`;
  return `Gathered: ${count(stats.gatheredTokens)} tokens in ${stretches}, characters ${places.join('; ')}${rest}\n`;
}

/** The answer, and under it the passages that it was read from. */
export function formatAnswer(asked: Asked): string {
  const { answer, thought, evidence, support, stats } = asked;
  const passages =
    evidence.length > 0
      ? `Passages\n${evidence.map(formatPassage).join('')}`
      : `Passages: none, ${stats.strategy} chooses none\n`;
  const said = support?.verdict === 'nothing' ? 'Nothing in the text says this. The model wrote:\n' : '';
  const first = thought === undefined ? '' : `Thought first:\n${shown(thought)}\n\nAnswer:\n`;
  return `${first}${said}${shown(answer.trim())}\n\n${passages}${formatGathered(asked)}`;
}

/** How a question is announced where there are several. */
export function formatQuestion(question: string): string {
  return `Question: ${shown(question)}\n`;
}

function formatPhase({ name, ms, tokens }: PhaseStats): string {
  const rate = tokens > 0 && ms > 0 ? `${((tokens / ms) * 1000).toFixed(1)} tokens/s` : '';
  const amount = tokens > 0 ? `${count(tokens)} tokens` : '';
  return `  ${name.padEnd(10)}${`${(ms / 1000).toFixed(2)} s`.padStart(10)}${amount.padStart(16)}${rate.padStart(18)}`.trimEnd();
}

/**
 * What was read, on what, and how long it took, all questions together.
 * @param timings whether to list the phases, which a log has already.
 */
export function formatFigures({ document, adapter, stats, followUps }: AskReport, timings: boolean): string {
  const how = document.opened ? 'opened from the store' : 'read';
  const last = followUps.at(-1)?.stats ?? stats;
  const phases = [stats, ...followUps.map((asked) => asked.stats)].flatMap((all) => all.phases);
  const lines = `
Document: ${shown(document.title)}, ${count(document.tokens)} tokens in ${count(document.chunks)} chunks, ${how}
Strategy: ${stats.strategy}, ${count(stats.gatheredTokens)} tokens gathered, ${count(stats.generatedTokens)} generated
Adapter:  ${stats.adapter} (${adapter.how}), ${count(Math.ceil(last.gpuBytesPeak / 1e6))} MB of GPU memory at most`;
  return timings ? `${lines}\n\nTimings\n${phases.map(formatPhase).join('\n')}` : lines;
}
