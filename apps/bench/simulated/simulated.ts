// `node tools/start.mjs simulated`: a question to a document of any length, without a disk that holds it.
import { chooseAdapter, launchBrowser, setUpBrowser, siteAddress } from '@longread/browser';
import { note } from '@longread/command';
import { serveSite } from '@longread/driver';
import type { Page } from 'playwright';
import { describeCommit } from '../command/results/commit.ts';
import type { ReadRun, SimulatedRun } from '../pages/simulated/driver.ts';
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
      const { preset, garbage } = command;
      /** What is held is of the question, not of making a document for it. */
      const search = async (numTokens: number): Promise<SimulatedRun & Held> => {
        const stored = await page.evaluate((of) => window.longreadPrepare(of.numTokens, of.preset), {
          numTokens,
          preset,
        });
        return {
          ...stored,
          ...(await measured(page, garbage, () => page.evaluate(() => window.longreadAsk()))),
        };
      };
      const read = (numTokens: number): Promise<ReadRun & Held> =>
        measured(page, garbage, () => page.evaluate((count) => window.longreadRead(count), numTokens));
      const pair = async <T>(
        numTokens: number,
        run: (tokens: number) => Promise<T & Held>,
      ): Promise<Pair<T>> => {
        const short = await run(shortTokens);
        note(`${numTokens.toLocaleString('en-US')} tokens`);
        return { short, long: await run(numTokens) };
      };
      const searched = await pair(command.tokens, search);
      note(formatSimulated(searched));
      const wasRead = command.read > 0 ? await pair(command.read, read) : undefined;
      if (wasRead) note(formatRead(wasRead));
      if (command.json)
        process.stdout.write(
          `${JSON.stringify({ commit: await describeCommit(), searched, read: wasRead })}\n`,
        );
    } finally {
      await context.close();
    }
  } finally {
    await site.close();
  }
}
