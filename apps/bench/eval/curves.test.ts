import { expect, it } from 'vitest';
import type { EvalAnswer } from './answers.ts';
import { curvesOf } from './curves.ts';

const answer = (wanted: Partial<EvalAnswer>): EvalAnswer => ({
  strategy: 'reform',
  preset: 'exit 11',
  task: 'qa1',
  length: 4096,
  gather: 1024,
  document: 'a',
  sample: 'a 1',
  depth: 0.1,
  recall: 1,
  hasAll: true,
  correct: 1,
  answer: '',
  seconds: 2,
  gpuBytesPeak: 2 ** 20,
  adapter: '',
  commit: '',
  date: '',
  ...wanted,
});

it('draws the means of tasks by length and by depth, and nothing that has one point', () => {
  const curves = curvesOf([
    answer({}),
    answer({ length: 8192 }),
    answer({ length: 8192, correct: 0, hasAll: false }),
    answer({ length: 8192, task: 'vt', correct: 0, depth: 0.99 }),
    answer({ length: 8192, strategy: 'h2o', recall: null, hasAll: null, depth: 1 }),
    answer({ length: 4096, strategy: 'ceiling', correct: 0 }),
    answer({ length: 4096, gather: 256, correct: 0 }),
  ]);
  const pointsOf = (wanted: string) => curves.find(({ name }) => name === wanted)?.points;
  expect(pointsOf('accuracy')).toEqual([
    { x: 4096, y: 1, series: 'reform' },
    { x: 8192, y: 0.25, series: 'reform' }, // half of qa1, none of vt
    { x: 8192, y: 1, series: 'h2o' },
  ]);
  expect(pointsOf('recall')).toEqual([
    { x: 4096, y: 1, series: 'reform' },
    { x: 8192, y: 0.75, series: 'reform' },
  ]);
  expect(pointsOf('accuracy-depth')?.map(({ x }) => x)).toEqual([0.1, 0.9, 0.9]);
  expect(pointsOf('memory')?.map(({ y }) => y)).toEqual([1, 1, 1]);
  expect(curvesOf([answer({}), answer({ correct: 0 })])).toEqual([]);
  expect(curvesOf([])).toEqual([]);
});

it('takes answers of a time when depths were not kept, and passages alone take no seconds', () => {
  const old = answer({ correct: null });
  Reflect.deleteProperty(old, 'depth');
  const curves = curvesOf([old, { ...old, length: 8192 }]);
  expect(curves.map(({ name }) => name)).toEqual(['recall', 'memory']);
});
