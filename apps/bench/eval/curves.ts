// What of an evaluation is drawn: means by length of the document and by depth of the evidence, a line a strategy. Pure.
import type { Curves, CurvePoint } from '../pages/plots/driver.ts';
import type { EvalAnswer } from './answers.ts';
import { ceiling } from './ask-all.ts';
import { groupBy, mean } from './summary.ts';

type ValueOf = (answer: EvalAnswer) => number | null;

/** Parts of a document by depth. */
const numDepths = 5;

const plots: readonly (Omit<Curves, 'points'> & {
  readonly by: (answer: EvalAnswer) => number | null;
  readonly measure: ValueOf;
})[] = [
  { name: 'accuracy', y: 'right answers', ...byLength(), measure: ({ correct }) => correct },
  { name: 'recall', y: 'all evidence gathered', ...byLength(), measure: gatheredAll },
  { name: 'accuracy-depth', y: 'right answers', ...byDepth(), measure: ({ correct }) => correct },
  { name: 'recall-depth', y: 'all evidence gathered', ...byDepth(), measure: gatheredAll },
  { name: 'seconds', y: 'seconds a question, reading apart', ...byLength(), measure: secondsOf },
  { name: 'memory', y: 'MiB on the GPU at most', ...byLength(), measure: mebibytesOf },
];

function byLength() {
  const by = ({ length }: EvalAnswer) => length;
  return { x: 'tokens of the document', isLog: true, by };
}

function byDepth() {
  const by = ({ depth }: EvalAnswer) =>
    depth === undefined ? null : (Math.min(numDepths - 1, Math.floor(depth * numDepths)) + 0.5) / numDepths;
  return { x: 'depth of the first evidence in the document', isLog: false, by };
}

function gatheredAll({ hasAll }: EvalAnswer): number | null {
  return hasAll === null ? null : Number(hasAll);
}

/** Passages alone take another time than answers. */
function secondsOf({ correct, seconds }: EvalAnswer): number | null {
  return correct === null ? null : seconds;
}

function mebibytesOf({ gpuBytesPeak }: EvalAnswer): number {
  return gpuBytesPeak / 2 ** 20;
}

/**
 * Curves by name of file. Each point is the mean over tasks of the tasks' means, so that a task of many questions counts as one of few;
 * of the gather size that most answers have. A plot of one point is left out.
 */
export function curvesOf(answers: readonly EvalAnswer[]): Curves[] {
  const contested = answers.filter(({ strategy }) => strategy !== ceiling);
  const sizes = [...groupBy(contested, ({ gather }) => String(gather)).values()];
  const most = sizes.toSorted((a, b) => b.length - a.length)[0] ?? [];
  return plots.flatMap(({ by, measure, ...plot }) => {
    const points = pointsOf(most, by, measure);
    return new Set(points.map(({ x }) => x)).size < 2 ? [] : [{ ...plot, points }];
  });
}

function pointsOf(answers: readonly EvalAnswer[], by: ValueOf, measure: ValueOf): CurvePoint[] {
  const values = answers.flatMap((answer) => {
    const [x, y] = [by(answer), measure(answer)];
    return x === null || y === null ? [] : [{ x, y, series: answer.strategy, task: answer.task }];
  });
  const groups = groupBy(values, ({ x, series }) => `${series}|${x}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const tasks = [...groupBy(group, ({ task }) => task).values()];
    return { x: first.x, series: first.series, y: mean(tasks.map((each) => mean(each.map(({ y }) => y)))) };
  });
}
