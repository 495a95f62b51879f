// Starts a browser in which the workspace's pages have one address, whatever port they are served on.
import { WebGpuUnavailableError } from '@longread/core';
import { chromium, type BrowserContext } from 'playwright';
import { chromiumFlags, type AdapterKind } from './flags.ts';

/** Same origin on every run whatever the port, so that IndexedDB finds what the last run stored. */
const stableHost = 'longread.localhost';

/** The site's address in a browser that {@link launchBrowser} started. */
export const siteAddress = `http://${stableHost}`;

export interface BrowserOptions {
  readonly browserPath: string;
  readonly adapter: AdapterKind;
  /** Port of this machine on which the site is served. */
  readonly port: number;
  /** Browser profile folder; empty for a temporary one. */
  readonly profile: string;
}

/** Starts a browser for which {@link siteAddress} is the site on `port`. @throws WebGpuUnavailableError */
export async function launchBrowser({
  browserPath,
  adapter,
  port,
  profile,
}: BrowserOptions): Promise<BrowserContext> {
  try {
    return await chromium.launchPersistentContext(profile, {
      executablePath: browserPath,
      headless: false,
      handleSIGINT: false,
      args: [...chromiumFlags(adapter), `--host-resolver-rules=MAP ${stableHost}:80 127.0.0.1:${port}`],
    });
  } catch (error) {
    throw new WebGpuUnavailableError(
      `The browser at ${browserPath} did not start. If another longread command is running with the profile ${profile}, ` +
        `wait for it; else set CHROME_PATH to another browser. ${String(error)}`,
      { path: browserPath, profile },
      { cause: error },
    );
  }
}
