// Makes sure that there is a browser to run in: found, else installed by Playwright, else by the system's package manager
// where it may, else a clear word on what to do.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { WebGpuUnavailableError } from '@longread/core';
import which from 'which';
import { findInstalledBrowser } from './find-browser.ts';

/** Path of the browser to use; WebGpuUnavailableError with what to do when there is none. */
function findBrowser(): string {
  const path = findInstalledBrowser();
  if (path !== undefined && existsSync(path)) return path;
  const found = path === undefined ? 'none was found' : `CHROME_PATH names ${path}, which does not exist`;
  throw new WebGpuUnavailableError(
    `Longread needs Chrome, Chromium or Edge, and ${found}. Install one (\`npx playwright install --with-deps --no-shell chromium\`, ` +
      'or `apt-get install chromium`), or set CHROME_PATH to one.',
    { platform: process.platform, path: path ?? '' },
  );
}

/** Runs a command with its output on standard error; true when it ended well. */
function succeeds(command: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    spawn(command, args, {
      stdio: ['ignore', process.stderr, process.stderr],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
      .on('error', () => resolve(false))
      .on('close', (code) => resolve(code === 0));
  });
}

function hasAptAsRoot(): boolean {
  return process.getuid?.() === 0 && which.sync('apt-get', { nothrow: true }) !== null;
}

/** Full Chromium, without the headless shell, which has no WebGPU; with its system libraries where they may be installed. */
function installWithPlaywright(): Promise<boolean> {
  const packageFile = createRequire(import.meta.url).resolve('playwright/package.json');
  const withDeps = hasAptAsRoot() ? ['--with-deps'] : [];
  return succeeds(process.execPath, [
    join(dirname(packageFile), 'cli.js'),
    'install',
    ...withDeps,
    '--no-shell',
    'chromium',
  ]);
}

async function installWithApt(): Promise<boolean> {
  if (!hasAptAsRoot()) return false;
  await succeeds('apt-get', ['update', '--quiet']);
  return succeeds('apt-get', ['install', '--quiet', '--yes', '--no-install-recommends', 'chromium']);
}

/** Like {@link findBrowser}, but first tries to install a browser when there is none. `note` tells the user what happens. */
export async function setUpBrowser(note: (message: string) => void): Promise<string> {
  if (findInstalledBrowser() !== undefined) return findBrowser();
  note('No Chrome or Chromium was found; installing Chromium with Playwright.');
  if (!(await installWithPlaywright()) || findInstalledBrowser() === undefined) {
    note("Playwright could not; trying the system's package manager.");
    await installWithApt();
  }
  return findBrowser();
}
