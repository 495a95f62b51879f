// Needle runs as they are kept: sample by sample, so that a run that was cut goes on where it stopped. Pure.
import { summariseNeedles, type NeedleSummary } from '@longread/eval';
import type { Header } from '../command/results/report.ts';

/** What was asked for; runs of the same settings replace one another. */
export interface NeedleSettings {
  readonly tokens: number;
  readonly samples: number;
  readonly documents: number;
  readonly gather: number;
  readonly maxNewTokens: number;
  readonly model: string;
  readonly modelSha256: string;
}

export interface KeptSample {
  readonly depth: number;
  readonly question: string;
  /** The number that was hidden. */
  readonly expected: string;
  readonly answer: string;
  readonly recall: number;
  readonly exact: boolean;
  /** Of the sample's document, which other samples may share. */
  readonly readMs: number;
  readonly askMs: number;
}

/** `running` also of a run whose process ended without a word; `refused` after a typed error of the engine. */
export type NeedleState = 'running' | 'complete' | 'cancelled' | 'refused';

export interface NeedleRun {
  /** Of the last sample. */
  readonly header: Header;
  readonly settings: NeedleSettings;
  /** Hashes: of the engine's source, and of the documents with their questions. Runs that differ in one are not continued. */
  readonly sourceHash: string;
  readonly documentsHash: string;
  readonly state: NeedleState;
  /** The error that refused it. */
  readonly reason?: string;
  /** In the order of the documents. */
  readonly samples: readonly KeptSample[];
}

const equalAs = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);

/** What must be the same for samples to stand in one table. */
const identityOf = ({ header, settings, sourceHash, documentsHash }: NeedleRun) => [
  settings,
  sourceHash,
  documentsHash,
  header.adapter,
  header.browser,
  header.flags,
];

/** `run`, which has no samples yet, with those of a kept run that is the same but not complete, if there is one. */
export function continueRun(runs: readonly NeedleRun[], run: NeedleRun): NeedleRun {
  const kept = runs.find((each) => each.state !== 'complete' && equalAs(identityOf(each), identityOf(run)));
  return { ...run, samples: kept?.samples ?? [] };
}

/** The run with one more sample; complete with its last. */
export function withSample(run: NeedleRun, sample: KeptSample, date: string): NeedleRun {
  const samples = [...run.samples, sample];
  const state = samples.length >= run.settings.samples ? 'complete' : 'running';
  return { ...run, header: { ...run.header, date }, samples, state };
}

/**
 * The kept runs with `run`, the newest first. It replaces those of its settings; a complete one stays beside one that is not, so that
 * a cut run takes no figures away.
 */
export function addNeedleRun(runs: readonly NeedleRun[], run: NeedleRun): NeedleRun[] {
  const stays = (each: NeedleRun) =>
    !equalAs(each.settings, run.settings) || (each.state === 'complete' && run.state !== 'complete');
  return [run, ...runs.filter(stays)].toSorted((a, b) => b.header.date.localeCompare(a.header.date));
}

/** Mean recall and exact answers of the samples so far. */
export function summaryOf({ samples }: NeedleRun): NeedleSummary {
  return summariseNeedles(samples);
}

/** How a run ended, in words; nothing of a complete one. */
export function describeState({ state, reason, samples, settings }: NeedleRun): string {
  const so = `after ${samples.length} of ${settings.samples} samples`;
  if (state === 'refused') return `refused ${so}: ${reason ?? 'no reason was given'}`;
  return { complete: '', cancelled: `cancelled ${so}`, running: `cut ${so}` }[state];
}
