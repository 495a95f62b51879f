// Draws an evaluation's curves, and a calibration's map, on the plots page.
import { launchBrowser, setUpBrowser, siteAddress } from '@longread/browser';
import { note } from '@longread/command';
import { serveSite } from '@longread/driver';
import type { Page } from 'playwright';
import type { Curves, HeatMap } from '../pages/plots/driver.ts';

/** SVG documents by name, in the order of the curves. */
export async function drawCurves(curves: readonly Curves[]): Promise<ReadonlyMap<string, string>> {
  const drawn = new Map<string, string>();
  if (curves.length === 0) return drawn;
  await onPlotsPage(async (page) => {
    for (const each of curves)
      drawn.set(each.name, await page.evaluate((of) => window.longreadCurves(of), each));
  });
  return drawn;
}

/** An SVG document. */
export function drawHeatMap(map: HeatMap): Promise<string> {
  return onPlotsPage((page) => page.evaluate((of) => window.longreadHeatMap(of), map));
}

async function onPlotsPage<T>(draw: (page: Page) => Promise<T>): Promise<T> {
  const browserPath = await setUpBrowser(note);
  const site = await serveSite([], { pages: { plots: 'apps/bench/pages/plots/index.html' } });
  try {
    const options = { browserPath, adapter: 'software', port: site.port, profile: '' } as const;
    const context = await launchBrowser(options);
    try {
      const page = await context.newPage();
      await page.goto(`${siteAddress}/bench/pages/plots/`);
      return await draw(page);
    } finally {
      await context.close();
    }
  } finally {
    await site.close();
  }
}
