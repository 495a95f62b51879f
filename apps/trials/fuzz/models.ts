// Models of random sizes: the page makes and runs each (longread/testing), on one device as long as nothing breaks it.
import { chromiumFlags, setUpBrowser } from '@longread/browser';
import { note } from '@longread/command';
import { serveSite } from '@longread/driver';
import { chromium, type Page } from 'playwright';
import type {} from './page/driver.ts';

export interface ModelFindings {
  readonly right: number;
  readonly refused: number;
  /** One line each: what it was, and what differs. */
  readonly wrong: readonly string[];
}

export interface ModelFuzzOptions {
  readonly models: number;
  readonly seed: number;
  readonly onModel: (done: number) => void;
}

/** A model compiles kernels that no other one before it had; on a busy machine that takes its time. */
const modelTimeoutMs = 120_000;

export async function fuzzModels({ models, seed, onModel }: ModelFuzzOptions): Promise<ModelFindings> {
  const wrong: string[] = [];
  const counts = { right: 0, refused: 0 };
  if (models === 0) return { ...counts, wrong };
  const browserPath = await setUpBrowser(note);
  const site = await serveSite([]);
  const browser = await chromium.launch({
    executablePath: browserPath,
    headless: false,
    args: chromiumFlags('software'),
  });
  try {
    let page: Page | undefined;
    for (let i = 0; i < models; i++) {
      page ??= await openPage(() => browser.newPage(), site.origin);
      const at = seed * 100_003 + i;
      try {
        const { verdict, what, detail } = await within(
          page.evaluate((one) => window.longreadShapes.check(one), at),
        );
        if (verdict === 'wrong') wrong.push(`model ${what}: ${detail}`);
        else counts[verdict] += 1;
      } catch (error) {
        wrong.push(`model seed ${at}: ${String(error)}`);
        await page.close();
        page = undefined; // what broke its device is not held against the next one
      }
      onModel(i + 1);
    }
  } finally {
    await browser.close();
    await site.close();
  }
  return { ...counts, wrong };
}

async function openPage(create: () => Promise<Page>, origin: string): Promise<Page> {
  const page = await create();
  await page.goto(`${origin}/trials/fuzz/page/`);
  return page;
}

async function within<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it took more than ${modelTimeoutMs} ms`)), modelTimeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
