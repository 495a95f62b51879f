// What every spec starts from: the built pages on a local server, small models and documents beside them, and the driven page.
import { test as base, type Page } from '@playwright/test';
import { tinyLlama } from '@longread/formats/testing';
import { createPageCall, type PageCall, serveSite, type Site } from '@longread/driver';
import { defaultModelPath } from '@longread/models';
import type { EngineInfo } from 'longread';
import { nothing, quickTuning, storageWith, type Storage } from './known-kernels.ts';

/** A seeded random model: loads and reads in moments, and answers nonsense, the same at every run. */
export const tinyModelUrl = '/tiny.gguf';

export interface Bench {
  readonly page: Page;
  readonly call: PageCall;
}

interface Fixtures {
  readonly bench: Bench;
}

interface WorkerFixtures {
  readonly site: Site;
  /** A page of its own with the tiny model loaded, shared by the tests that only read and ask. */
  readonly tiny: Bench;
  /** What is known of the tiny model's kernels: every test's page begins with it, unless the test says otherwise. */
  readonly known: EngineInfo['tuning'];
}

/** Opens the driven page; its driver is ready when this returns. */
export async function openBench(page: Page, site: Site): Promise<Bench> {
  await page.goto(`${site.origin}/driven/`);
  return { page, call: createPageCall(page) };
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  site: [
    // Playwright reads the fixtures that a fixture needs from this pattern, so it has to be there.

    async ({}, use) => {
      const site = await serveSite([['/model.gguf', { path: defaultModelPath() }]], { demo: 'beside' });
      site.files.set(tinyModelUrl, tinyLlama(7));
      await use(site);
      await site.close();
    },
    { scope: 'worker' },
  ],
  known: [
    async ({ browser, site }, use) => {
      /** The table after a load with this storage. */
      const load = async (storageState: Storage) => {
        const context = await browser.newContext({ storageState });
        const { call } = await openBench(await context.newPage(), site);
        const { tuning } = await call('create', { model: tinyModelUrl, cache: false, tune: false });
        await context.close();
        return tuning;
      };
      const quick = quickTuning(await load(nothing));
      await use(await load(storageWith(quick, site.origin)));
    },
    { scope: 'worker' },
  ],
  tiny: [
    async ({ browser, known, site }, use) => {
      const context = await browser.newContext({ storageState: storageWith(known, site.origin) });
      const bench = await openBench(await context.newPage(), site);
      await bench.call('create', { model: tinyModelUrl, tune: false });
      await use(bench);
      await context.close();
    },
    { scope: 'worker' },
  ],
  storageState: ({ known, site }, use) => use(storageWith(known, site.origin)),
  bench: async ({ page, site }, use) => {
    await use(await openBench(page, site));
  },
});

/** Serves the page that people open in a folder of its own, too; whatever else is there stays. */
export function servePageIn(folder: string, { files }: Site): void {
  for (const [name, content] of [...files])
    if (/^\/(?:assets\/|index|icon|manifest|service-worker)/.test(name)) files.set(folder + name, content);
}

export { expect } from '@playwright/test';

/** Prose of about `numTokens` tokens for the tiny tokenizer, which has hardly more than bytes. */
export function tinyText(numTokens: number): string {
  const sentence = 'and the rain on the harbour and the wind in the trees. ';
  return sentence.repeat(Math.ceil(numTokens / 30));
}
