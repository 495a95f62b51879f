// The adapter that commands run on: software never stands in for a GPU that was asked for.
import {
  chooseAdapter,
  confirmAdapter,
  findInstalledBrowser,
  launchBrowser,
  siteAddress,
} from '@longread/browser';
import { expect, test } from './fixtures.ts';

const browserPath = findInstalledBrowser() ?? '';

test('the system adapter is taken, or refused by name with what to do', async () => {
  const unnamed = await chooseAdapter(browserPath, undefined);
  const named = chooseAdapter(browserPath, 'system');
  if (unnamed.kind === 'system') {
    expect(await named).toEqual({ kind: 'system', how: 'system, as asked for' });
    return;
  }
  expect(unnamed.how).toContain('no system adapter was found');
  await expect(named).rejects.toMatchObject({ code: 'WebGpuUnavailable' });
  await expect(named).rejects.toThrow(/driver.*CHROME_PATH.*--adapter software/s);
});

test('the outcome is remembered, and software is not looked for', async () => {
  await chooseAdapter(browserPath, undefined);
  const startedAt = performance.now();
  const again = await chooseAdapter(browserPath, undefined);
  expect(performance.now() - startedAt, 'milliseconds, too few for a browser to start').toBeLessThan(100);
  expect(await chooseAdapter(browserPath, 'software')).toEqual({
    kind: 'software',
    how: 'software, as asked for',
  });
  expect(['software', 'system']).toContain(again.kind);
});

test('a page on a software adapter is refused where the system one was chosen', async ({ site }) => {
  const browser = await launchBrowser({ browserPath, adapter: 'software', port: site.port, profile: '' });
  const page = await browser.newPage();
  await page.goto(`${siteAddress}/driven/`);
  await confirmAdapter(page, browserPath, { kind: 'software', how: '' });
  const confirmed = confirmAdapter(page, browserPath, { kind: 'system', how: '' });
  await expect(confirmed).rejects.toThrow(/swiftshader.*computes on the processor/i);
  await browser.close();
});
