// Draws an evaluation's curves on the plots page.
import { launchBrowser, setUpBrowser, siteAddress } from '@longread/browser';
import { note } from '@longread/command';
import { serveSite } from '@longread/driver';
import type { Curves } from '../pages/plots/driver.ts';

/** SVG documents by name, in the order of the curves. */
export async function drawCurves(curves: readonly Curves[]): Promise<ReadonlyMap<string, string>> {
  const drawn = new Map<string, string>();
  if (curves.length === 0) return drawn;
  const browserPath = await setUpBrowser(note);
  const site = await serveSite([], { pages: { plots: 'apps/bench/pages/plots/index.html' } });
  try {
    const options = { browserPath, adapter: 'software', port: site.port, profile: '' } as const;
    const context = await launchBrowser(options);
    try {
      const page = await context.newPage();
      await page.goto(`${siteAddress}/bench/pages/plots/`);
      for (const each of curves)
        drawn.set(each.name, await page.evaluate((of) => window.longreadCurves(of), each));
    } finally {
      await context.close();
    }
  } finally {
    await site.close();
  }
  return drawn;
}
