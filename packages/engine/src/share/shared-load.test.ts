// Tabs that wait for an engine: for the load of another tab, or for one that goes on after another has gone. They hear how it goes, and may
// stop waiting.
import { expect, test } from 'vitest';
import type { Progress } from '../api.ts';
import { half, modelOf, seenBy, tab, tabsForEachTest, world, type World } from '../testing/tabs.ts';

tabsForEachTest();

/** Loads wait from now on. */
function holdLoads(): NonNullable<World['loads']> {
  return (world.loads = []);
}

/** Joins, and what is heard of the load. */
function joining(signal?: AbortSignal) {
  const heard: Progress[] = [];
  const joined = tab(undefined, { signal, onProgress: (progress) => heard.push(progress) });
  joined.catch(() => undefined); // looked at later
  return { heard, joined };
}

test('a tab that waits for the load of another hears how it goes', async () => {
  const loads = holdLoads();
  const first = joining();
  await seenBy(() => loads.length === 1);
  const second = joining();
  await seenBy(() => second.heard.length > 0);
  expect([first.heard, second.heard]).toEqual([[half], [half]]);
  loads[0]?.go();
  expect(await Promise.all([first, second].map(async ({ joined }) => modelOf(await joined)))).toEqual(
    Array(2).fill('engine 1'),
  );
});

test('waiting is cancelled without the load of the other tab', async () => {
  const loads = holdLoads();
  const first = joining();
  await seenBy(() => loads.length === 1);
  const controller = new AbortController();
  const second = joining(controller.signal);
  await seenBy(() => second.heard.length > 0);
  controller.abort('enough');
  await expect(second.joined).rejects.toMatchObject({ code: 'Aborted', cause: 'enough' });
  loads[0]?.go();
  expect(await modelOf(await first.joined)).toBe('engine 1');
});

test('waiting for a tab that does not answer is cancelled', async () => {
  const asleep = await world.locks.acquire('leader', { mode: 'exclusive', wait: false });
  const controller = new AbortController();
  const { joined } = joining(controller.signal);
  controller.abort();
  await expect(joined).rejects.toMatchObject({ code: 'Aborted' });
  await expect(joining(AbortSignal.abort()).joined).rejects.toMatchObject({ code: 'Aborted' });
  asleep?.release();
  expect(await modelOf(await tab())).toBe('engine 1');
});

test('a load that is cancelled where it runs begins in the tab that waits for it', async () => {
  const loads = holdLoads();
  const controller = new AbortController();
  const first = joining(controller.signal);
  await seenBy(() => loads.length === 1);
  const second = joining();
  await seenBy(() => second.heard.length === 1);
  controller.abort();
  await expect(first.joined).rejects.toMatchObject({ code: 'Aborted' });
  await seenBy(() => loads.length === 2);
  expect(second.heard).toEqual([half, half]);
  loads[1]?.go();
  expect(await modelOf(await second.joined)).toBe('engine 1');
});

test('the tab that goes on tells whoever asks how its load goes, which ends when nobody waits', async () => {
  const [first, second, third] = [await tab(), await tab(), await tab()];
  await first.dispose();
  const loads = holdLoads();
  const controller = new AbortController();
  const heard: [string, Progress][] = [];
  const hearing = (who: string) => ({
    signal: controller.signal,
    onProgress: (progress: Progress) => heard.push([who, progress]),
  });
  const asking = [second.ask(undefined, 'Who?', {}, hearing('second'))];
  asking.push(third.ask(undefined, 'Why?', {}, hearing('third')));
  for (const each of asking) each.catch(() => undefined); // looked at later
  await seenBy(() => heard.length === 2);
  expect(heard.map(([who]) => who).sort()).toEqual(['second', 'third']);
  controller.abort();
  for (const each of asking) await expect(each).rejects.toMatchObject({ code: 'Aborted' });
  const again = second.ask(undefined, 'Who?', {}, {});
  await seenBy(() => loads.length === 2);
  loads[1]?.go();
  expect((await again).text).toBe('nothing: Who?');
  expect(world.engines).toHaveLength(2);
});
