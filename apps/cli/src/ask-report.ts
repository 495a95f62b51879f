// What `npm run ask` prints: the JSON object's shape, and the same for people.
import type { AdapterChoice } from '@longread/browser';
import type { AskStats, Evidence, PhaseStats } from 'longread';

/** The object that `--json` prints, exactly. */
export interface AskReport {
  readonly answer: string;
  readonly evidence: readonly Evidence[];
  readonly document: {
    readonly tokens: number;
    readonly chunks: number;
    readonly opened: boolean;
    /** What its reader should know of how it was read. */
    readonly notes: readonly string[];
  };
  /** What it ran on, and how that was chosen; its name is in `stats`. */
  readonly adapter: AdapterChoice;
  readonly stats: AskStats;
}

const passageWidth = 300;

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function formatPassage({ start, end, score, text }: Evidence, index: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const trimmed = line.length > passageWidth ? `${line.slice(0, passageWidth).trimEnd()}…` : line;
  return `  [${index + 1}] characters ${count(start)}-${count(end)}, score ${score.toFixed(2)}\n      ${trimmed}\n`;
}

function formatPhase({ name, ms, tokens }: PhaseStats): string {
  const rate = tokens > 0 && ms > 0 ? `${((tokens / ms) * 1000).toFixed(1)} tokens/s` : '';
  const amount = tokens > 0 ? `${count(tokens)} tokens` : '';
  return `  ${name.padEnd(10)}${`${(ms / 1000).toFixed(2)} s`.padStart(10)}${amount.padStart(16)}${rate.padStart(18)}`.trimEnd();
}

/** The report for a terminal: question, answer, passages, timings. */
export function formatReport(
  question: string,
  { answer, evidence, document, adapter, stats }: AskReport,
): string {
  const how = document.opened ? 'opened from the store' : 'read';
  const passages =
    evidence.length > 0
      ? `Evidence\n${evidence.map(formatPassage).join('')}`
      : `Evidence: none, ${stats.strategy} chooses no passages\n`;
  return `
Question: ${question}
Answer:   ${answer.trim()}

${passages}
Document: ${count(document.tokens)} tokens in ${count(document.chunks)} chunks, ${how}
${document.notes.map((text) => `Note:     ${text}\n`).join('')}Strategy: ${stats.strategy}, ${count(stats.gatheredTokens)} tokens gathered, ${count(stats.generatedTokens)} generated
Adapter:  ${stats.adapter} (${adapter.how}), ${count(Math.ceil(stats.gpuBytesPeak / 1e6))} MB of GPU memory at most

Timings
${stats.phases.map(formatPhase).join('\n')}
`;
}
