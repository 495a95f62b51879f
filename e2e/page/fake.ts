// The page with the element's fake engine in the place of a model: what the page does around an engine is seen in seconds.
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { Site } from '@longread/driver';
import type { FakeEngine } from '@longread/element/testing';
import { build } from 'vite';

type Testing = typeof import('@longread/element/testing');

declare global {
  interface Window {
    fake: FakeEngine;
  }
}

const address = '/fake-engine.js';
const entry = join(import.meta.dirname, '../../packages/element/src/testing/scene.ts');

/** The next engine that the element of the page makes is a fake one, `window.fake`. */
export async function useFake(page: Page, { files }: Site): Promise<void> {
  if (!files.has(address)) {
    const lib = { entry, formats: ['es' as const] };
    const built = await build({ configFile: false, logLevel: 'error', build: { write: false, lib } });
    const outputs = [built].flat().flatMap((each) => ('output' in each ? each.output : []));
    for (const each of outputs) if (each.type === 'chunk') files.set(address, each.code);
  }
  await page.evaluate(async (from) => {
    const { FakeEngine: Fake } = (await import(from)) as Testing;
    window.fake = new Fake();
    const element = document.querySelector('long-read');
    if (element) element.engineFactory = () => Promise.resolve(window.fake);
  }, address);
}
