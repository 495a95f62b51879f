// Makes sure that there is a browser to run in, or says what to do.
import { existsSync } from 'node:fs';
import { WebGpuUnavailableError } from '@longread/core';
import { findInstalledBrowser } from './browser.ts';

/** Path of the browser to use; WebGpuUnavailableError with what to do when there is none. */
export function findBrowser(): string {
  const path = findInstalledBrowser();
  if (path !== undefined && existsSync(path)) return path;
  const found = path === undefined ? 'none was found' : `CHROME_PATH names ${path}, which does not exist`;
  throw new WebGpuUnavailableError(
    `Longread needs Chrome, Chromium or Edge, and ${found}. Install one (\`npx playwright install --with-deps --no-shell chromium\`, ` +
      'or `apt-get install chromium`), or set CHROME_PATH to one.',
    { platform: process.platform, path: path ?? '' },
  );
}
