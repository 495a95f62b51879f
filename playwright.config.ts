// End-to-end tests: the whole product in a real Chromium, one worker, since the software adapter takes all cores.
import { defineConfig } from '@playwright/test';
import { findInstalledBrowser } from './packages/browser/src/find-browser.ts';
import { chromiumFlags, testAdapter } from './packages/browser/src/flags.ts';

const executablePath = findInstalledBrowser();

export default defineConfig({
  projects: [
    { name: 'e2e', testDir: 'e2e', testIgnore: ['page/**', 'server/**'] },
    { name: 'page', testDir: 'e2e/page', timeout: 400_000 }, // with the packaged model throughout, when it is named
    { name: 'server', testDir: 'e2e/server', timeout: 400_000 }, // a real one, which has to be built
  ],
  outputDir: '.cache/longread/e2e',
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  reporter: 'list',
  timeout: 120_000,
  // A word takes seconds where three lanes of tests share two cores: what is awaited is the event, never its speed.
  expect: { timeout: 120_000 },
  globalTimeout: 40 * 60_000, // all journeys, on a machine that does other things too
  use: {
    headless: false,
    launchOptions: { ...(executablePath ? { executablePath } : {}), args: chromiumFlags(testAdapter()) },
  },
});
