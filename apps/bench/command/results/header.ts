// Where and when a command measures in a browser.
import { availableParallelism } from 'node:os';
import { chromiumFlags } from '@longread/browser';
import type { BrowserWork } from '@longread/driver';
import type { EngineInfo } from 'longread';
import { describeCommit } from './commit.ts';
import type { Header } from './report.ts';

export async function headerOf(
  { session, adapter: chosen }: BrowserWork,
  { adapter }: Pick<EngineInfo, 'adapter'>,
): Promise<Header> {
  return {
    adapter: `${adapter} (${chosen.how})`,
    browser: session.browser,
    flags: chromiumFlags(chosen.kind),
    cores: availableParallelism(),
    commit: await describeCommit(),
    date: new Date().toISOString(),
  };
}
