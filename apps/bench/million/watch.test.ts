import { expect, it } from 'vitest';
import type { Stretch } from './record.ts';
import { createWatch } from './watch.ts';

it('times stretches of 8,192 tokens from the first report on, and what is left', () => {
  let ms = 0;
  const watch = createWatch(
    () => Promise.resolve(0),
    () => ms,
  );
  const stretches: Stretch[] = [];
  const report = (done: number, at: number) => {
    ms = at;
    watch.onProgress({ phase: 'compress', done, total: 20_000, unit: 'tokens' });
  };
  const reading = watch.reading(1000, (stretch) => stretches.push(stretch));
  report(2048, 5_000); // where an earlier run stopped: not of this clock
  report(6144, 6_000);
  watch.onProgress({ phase: 'tokenize', done: 9, total: 0, unit: 'tokens' });
  report(10_240, 7_000);
  report(12_288, 7_500);
  reading.stop();
  report(20_000, 9_000);
  watch.end();
  expect(stretches).toEqual([
    { from: 3048, to: 11_240, seconds: 2 },
    { from: 11_240, to: 13_288, seconds: 0.5 },
  ]);
});

it('tells the largest heap since it was asked last', async () => {
  const sizes = [3, 9, 4];
  const watch = createWatch(() => Promise.resolve(sizes.shift() ?? 0));
  expect(await watch.peakHeap()).toBe(3);
  expect(await watch.peakHeap()).toBe(9);
  expect(await watch.peakHeap()).toBe(4);
  watch.end();
});
