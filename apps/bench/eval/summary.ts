// What the answers of an evaluation come to: one row for a strategy, a task and a length.
import type { TaskName } from '@longread/eval';
import type { EvalAnswer } from './answers.ts';
import { ceiling } from './ask-all.ts';

export interface EvalRow {
  readonly strategy: string;
  readonly preset: string;
  readonly task: TaskName;
  readonly length: number;
  readonly gather: number;
  /** Questions and documents. */
  readonly n: number;
  readonly documents: number;
  /** Mean share of the evidence gathered, and share of questions with all of it; null where nothing is gathered. */
  readonly recall: number | null;
  readonly hasAll: number | null;
  /** Mean score of the answers, and that of the same questions asked of their clean passages; null where none was asked. */
  readonly accuracy: number | null;
  readonly ceiling: number | null;
  /** Half the width of a 95 % interval of the accuracy (of `hasAll` where there are no answers), over documents; null for one. */
  readonly ci: number | null;
  /** Mean of a question. */
  readonly seconds: number;
  readonly gpuBytesPeak: number;
}

/** Groups in the order of their first items. Node 20 has no Map.groupBy. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** 97.5 % points of Student's t for 1, 2, ... degrees of freedom; beyond them the normal distribution's. */
const studentT = [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26];

/** NaN of nothing. */
export const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function meanOf<T>(items: readonly T[], valueOf: (item: T) => number | null): number | null {
  const values = items.map(valueOf).filter((value) => value !== null);
  return values.length === 0 ? null : mean(values);
}

/** Questions of one document are no independent samples: the interval is over the documents' means. */
function intervalOver(groups: readonly (number | null)[]): number | null {
  const means = groups.filter((value) => value !== null);
  if (means.length < 2) return null;
  const centre = mean(means);
  const variance = means.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (means.length - 1);
  return (studentT[means.length - 2] ?? 1.96) * Math.sqrt(variance / means.length);
}

/** Rows in the order in which their first answers came. Answers and passages alone are rows of their own. */
export function summarise(answers: readonly EvalAnswer[]): EvalRow[] {
  const ceilings = new Map(
    answers.filter(({ strategy }) => strategy === ceiling).map(({ sample, correct }) => [sample, correct]),
  );
  const contested = answers.filter(({ strategy }) => strategy !== ceiling);
  const groups = groupBy(contested, ({ strategy, preset, task, length, gather, correct }) =>
    [strategy, preset, task, length, gather, correct === null].join('|'),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { strategy, preset, task, length, gather } = first;
    const valueOf = (answer: EvalAnswer) =>
      answer.correct ?? (answer.hasAll === null ? null : Number(answer.hasAll));
    const byDocument = [...groupBy(group, ({ document }) => document).values()];
    return {
      strategy,
      preset,
      task,
      length,
      gather,
      n: group.length,
      documents: byDocument.length,
      recall: meanOf(group, ({ recall }) => recall),
      hasAll: meanOf(group, ({ hasAll }) => (hasAll === null ? null : Number(hasAll))),
      accuracy: meanOf(group, ({ correct }) => correct),
      ceiling: meanOf(group, ({ sample }) => ceilings.get(sample) ?? null),
      ci: intervalOver(byDocument.map((some) => meanOf(some, valueOf))),
      seconds: mean(group.map(({ seconds }) => seconds)),
      gpuBytesPeak: Math.max(...group.map(({ gpuBytesPeak }) => gpuBytesPeak)),
    };
  });
}
