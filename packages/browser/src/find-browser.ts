// Finds a Chromium that has WebGPU. Installing one is set-up-browser.ts's work. Imports no workspace package: vite.config.ts
// loads this file, and a config's bare imports are not compiled.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import which from 'which';

const linuxCommands = [
  'google-chrome-stable',
  'google-chrome',
  'chromium',
  'chromium-browser',
  'microsoft-edge-stable',
];

/** Installed under `/Applications` or `~/Applications`. */
const macApps = [
  'Google Chrome.app/Contents/MacOS/Google Chrome',
  'Chromium.app/Contents/MacOS/Chromium',
  'Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
];

/** Installed under one of the program folders. */
const windowsPrograms = [
  'Google\\Chrome\\Application\\chrome.exe',
  'Chromium\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
];

function systemBrowsers(): string[] {
  switch (process.platform) {
    case 'darwin':
      return ['/Applications', join(homedir(), 'Applications')].flatMap((folder) =>
        macApps.map((app) => join(folder, app)),
      );
    case 'win32':
      return ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']
        .flatMap((name) => process.env[name] ?? [])
        .flatMap((folder) => windowsPrograms.map((program) => join(folder, program)));
    default:
      return linuxCommands.flatMap((command) => which.sync(command, { nothrow: true }) ?? []);
  }
}

/**
 * Path of the browser to use: `CHROME_PATH` as it is, else Playwright's own full Chromium, system Chrome, Chromium or Edge;
 * undefined when there is none.
 */
export function findInstalledBrowser(): string | undefined {
  const named = process.env.CHROME_PATH;
  if (named !== undefined && named !== '') return named;
  return [chromium.executablePath(), ...systemBrowsers()].find((path) => existsSync(path));
}
