// `node tools/start.mjs simulated`: a question to a document of any length, without a disk that holds it.
import { chooseAdapter, launchBrowser, setUpBrowser, siteAddress } from '@longread/browser';
import { note } from '@longread/command';
import { serveSite } from '@longread/driver';
import type { Page } from 'playwright';
import { describeCommit } from '../command/results/commit.ts';
import { parseSimulated } from './options.ts';
import { formatRead, formatSimulated, type Held, type Pair } from './report.ts';

/** What a run is compared with. */
const shortTokens = 16_384;
const sampleMs = 1000;
/** Between two scavenges, which are what makes a peak. */
const garbageSampleMs = 50;

async function measured<T>(page: Page, withGarbage: boolean, work: () => Promise<T>): Promise<T & Held> {
  const session = await page.context().newCDPSession(page);
  let [heapBytes, arrayBytes, mostBytes] = [0, 0, 0];
  const collect = () => session.send('HeapProfiler.collectGarbage');
  const look = async () => {
    const { usedSize, backingStorageSize } = await session.send('Runtime.getHeapUsage');
    heapBytes = Math.max(heapBytes, usedSize);
    arrayBytes = Math.max(arrayBytes, backingStorageSize);
    mostBytes = Math.max(mostBytes, usedSize + backingStorageSize);
    return usedSize + backingStorageSize;
  };
  await collect(); // what was before is not this run's
  const over = new AbortController();
  const sampling = (async () => {
    while (!over.signal.aborted) {
      if (!withGarbage) await collect();
      await look();
      await new Promise((resolve) => setTimeout(resolve, withGarbage ? garbageSampleMs : sampleMs));
    }
  })();
  sampling.catch(() => over.abort()); // of a page that is gone, which the call says
  try {
    const run = await work();
    over.abort();
    await sampling;
    const held = { heapBytes, arrayBytes };
    if (!withGarbage) return { ...run, ...held };
    await collect();
    const leftBytes = await look(); // no more than the most: nothing runs any more
    return { ...run, ...held, garbage: { mostBytes, leftBytes } };
  } finally {
    over.abort();
    await sampling.catch(() => undefined);
    await session.detach().catch(() => undefined);
  }
}

/** @throws UsageError | WebGpuUnavailableError */
export async function simulated(args: readonly string[]): Promise<void> {
  const command = parseSimulated(args);
  if (!command) return;
  const browserPath = await setUpBrowser(note);
  const adapter = await chooseAdapter(browserPath, command.adapter);
  const site = await serveSite([], { pages: { simulated: 'apps/bench/pages/simulated/index.html' } });
  try {
    const context = await launchBrowser({ browserPath, adapter: adapter.kind, port: site.port, profile: '' });
    try {
      const page = await context.newPage();
      await page.goto(`${siteAddress}/bench/pages/simulated/`);
      const pair = async <T>(numTokens: number, work: (tokens: number) => Promise<T>): Promise<Pair<T>> => {
        const short = await measured(page, command.garbage, () => work(shortTokens));
        note(`${numTokens.toLocaleString('en-US')} tokens`);
        return { short, long: await measured(page, command.garbage, () => work(numTokens)) };
      };
      const { preset } = command;
      const searched = await pair(command.tokens, (numTokens) =>
        page.evaluate((of) => window.longreadSimulated(of.numTokens, of.preset), { numTokens, preset }),
      );
      note(formatSimulated(searched));
      const read =
        command.read > 0
          ? await pair(command.read, (tokens) => page.evaluate((count) => window.longreadRead(count), tokens))
          : undefined;
      if (read) note(formatRead(read));
      if (command.json)
        process.stdout.write(`${JSON.stringify({ commit: await describeCommit(), searched, read })}\n`);
    } finally {
      await context.close();
    }
  } finally {
    await site.close();
  }
}
