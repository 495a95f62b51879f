// What a run over a growing document has measured: kept after each step, so that a run that was cut goes on. Pure.
import type { TaskName } from '@longread/eval';
import type { Header } from '../command/results/report.ts';

/** What makes two runs the same: of other settings nothing is gone on with. */
export interface MillionSettings {
  readonly lengths: readonly number[];
  readonly preset: string;
  readonly gather: number;
  readonly answers: number;
  readonly model: string;
  readonly modelSha256: string;
}

/** A stretch that was read without a pause. */
export interface Stretch {
  /** Tokens of the document. */
  readonly from: number;
  readonly to: number;
  readonly seconds: number;
}

/** What one length took, once its part was read and opened anew. */
export interface LengthRow {
  /** As it was asked for, and as it is. */
  readonly length: number;
  readonly tokens: number;
  /** Of the documents's records, as the store counts them. */
  readonly storedBytes: number;
  /** Of all records that were written while it was read up to here; unknown of a run that was begun before they were counted. */
  readonly writtenBytes?: number;
  /** Layers that reading ran. */
  readonly exitLayer: number;
  /** Largest while the part was read: buffers of the GPU, and the page's JavaScript with its arrays, garbage not collected. */
  readonly readingGpuBytes: number;
  readonly readingHeapBytes: number;
  /** What the page's JavaScript held with the part read, garbage collected. */
  readonly heldHeapBytes: number;
  /** Seconds to open the stored document. */
  readonly openSeconds: number;
}

/** A question at a length. */
export interface Asked {
  readonly length: number;
  readonly strategy: string;
  readonly task: TaskName;
  readonly sample: string;
  /** Where in the document its evidence begins, 0..1. */
  readonly depth: number;
  readonly recall: number;
  readonly hasAll: boolean;
  /** 0..1; null where only passages were asked for. */
  readonly correct: number | null;
  readonly answer: string;
  readonly seconds: number;
  /** Of them those of finding passages. */
  readonly gatherSeconds: number;
  readonly gpuBytes: number;
  readonly heapBytes: number;
}

export interface MillionRun {
  /** Of the last step. */
  readonly header: Header;
  readonly settings: MillionSettings;
  /** The commits that measured, in order. */
  readonly commits: readonly string[];
  /** Whether the page was given each part as a file; as a string before 2026-11-28, copies of which stood in its heap: a run that was begun so stays one. */
  readonly isFile?: true;
  /** Whether each part's GPU memory is that of reading it; before 2026-11-28, of all but the first, that of opening the document again. */
  readonly isGpuOfReading?: true;
  /** The stored document, once there is one. */
  readonly document?: string;
  readonly stretches: readonly Stretch[];
  /** Bytes of the records that reading wrote so far, those before a crash up to the last stretch that was timed. */
  readonly writtenBytes?: number;
  /** Tokens that were read when the browser was ended. */
  readonly crashes: readonly number[];
  readonly lengths: readonly LengthRow[];
  readonly asked: readonly Asked[];
}

/** `fresh`, with what a kept run of the same settings measured before. */
export function continued(fresh: MillionRun, kept: MillionRun | undefined): MillionRun {
  if (kept === undefined || JSON.stringify(kept.settings) !== JSON.stringify(fresh.settings)) return fresh;
  const { commit } = fresh.header;
  const commits = kept.commits.at(-1) === commit ? kept.commits : [...kept.commits, commit];
  return { ...kept, header: fresh.header, commits };
}

/** What the table of a length says. */
export interface CurveRow extends LengthRow {
  /** Of each strategy and task: questions, the share of which all evidence was gathered, and right answers of those answered. */
  readonly found: readonly {
    readonly strategy: string;
    readonly task: TaskName;
    readonly n: number;
    readonly hasAll: number;
    readonly recall: number;
    readonly answered: number;
    readonly correct: number | null;
  }[];
  /** Of the questions that reform was asked alone: the median, and of those answered the slowest. */
  readonly searchSeconds: number | null;
  readonly answerSeconds: number | null;
  readonly answerGatherSeconds: number | null;
  readonly askingGpuBytes: number;
  readonly askingHeapBytes: number;
  /** Of what was read for this length. */
  readonly tokensPerSecond: number | null;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

/** Tokens a second between two places of the document, by the stretches that lie in them; null where none does. */
export function rateBetween(stretches: readonly Stretch[], from: number, to: number): number | null {
  const within = stretches.filter((stretch) => stretch.from >= from && stretch.to <= to);
  const seconds = within.reduce((sum, stretch) => sum + stretch.seconds, 0);
  const tokens = within.reduce((sum, stretch) => sum + stretch.to - stretch.from, 0);
  return seconds > 0 ? tokens / seconds : null;
}

/** A row a length that was read. */
export function curveOf({ lengths, stretches, asked }: MillionRun): CurveRow[] {
  return lengths.map((row, i): CurveRow => {
    const here = asked.filter(({ length }) => length === row.length);
    const names = [
      ...new Map(here.map(({ strategy, task }) => [`${strategy} ${task}`, { strategy, task }])).values(),
    ];
    const ofReform = here.filter(({ strategy }) => strategy === 'reform');
    const answered = ofReform.filter(({ correct }) => correct !== null);
    const slowest = answered.toSorted((a, b) => b.seconds - a.seconds)[0];
    return {
      ...row,
      found: names.map(({ strategy, task }) => {
        const of = here.filter((each) => each.strategy === strategy && each.task === task);
        const searched = [...new Map(of.map((each) => [each.sample, each])).values()];
        const right = of.flatMap(({ correct }) => (correct === null ? [] : [correct]));
        return {
          strategy,
          task,
          n: searched.length,
          hasAll: mean(searched.map(({ hasAll }) => Number(hasAll))),
          recall: mean(searched.map(({ recall }) => recall)),
          answered: right.length,
          correct: right.length > 0 ? mean(right) : null,
        };
      }),
      searchSeconds: median(ofReform.filter(({ correct }) => correct === null).map(({ seconds }) => seconds)),
      answerSeconds: slowest?.seconds ?? null,
      answerGatherSeconds: slowest?.gatherSeconds ?? null,
      askingGpuBytes: Math.max(0, ...here.map(({ gpuBytes }) => gpuBytes)),
      askingHeapBytes: Math.max(0, ...here.map(({ heapBytes }) => heapBytes)),
      tokensPerSecond: rateBetween(stretches, lengths[i - 1]?.tokens ?? 0, row.tokens),
    };
  });
}
