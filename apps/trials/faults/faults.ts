// `npm run faults`: sets off faults at every step of ingest, append and ask, reopens, and compares with uninterrupted runs.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromiumFlags, setUpBrowser } from '@longread/browser';
import { note, parse, parseCount } from '@longread/command';
import { serveSite, type Site } from '@longread/driver';
import { tinyLlama } from '@longread/formats/testing';
import { chromium, type BrowserContext, type Page } from 'playwright';
import type { FaultOutcome, FaultRun, Reference } from './page/driver.ts';
import { nameOf, planRuns } from './runs.ts';

const usage = `Usage: npm run faults -- [options]
Kills the browser, closes the page, destroys the device, fails and fills the store, steals the writer's lock and cancels, at every
step; reopens, and compares bit for bit with uninterrupted runs. A tiny model.
  --runs N   runs in all: every named point once, then random ones (default 240)
  --seed S   of the steps within a point and of the random ones (default 1)
  --json     print one JSON object on standard output: runs, points, lost, silentDifferences, failures
  --help     print this`;

const runTimeoutMs = 60_000;

/** A browser profile with the page open, started again whenever a fault has ended it. */
class Lab {
  readonly #site: Site;
  readonly #browserPath: string;
  readonly #profile: string;
  #context: BrowserContext | undefined;
  /** The fault at hand has begun to end the page. */
  #isEnding = false;
  /** Settles when the browser has ended. */
  #gone: Promise<void> | undefined;
  #page: Page | undefined;
  #reference: Reference | undefined;

  constructor(site: Site, browserPath: string, profile: string) {
    this.#site = site;
    this.#browserPath = browserPath;
    this.#profile = profile;
  }

  async run(run: FaultRun): Promise<FaultOutcome> {
    const page = await this.#open();
    const ended = new Promise<void>((resolve) => page.once('close', () => resolve()));
    const started = page.evaluate((wanted) => window.longreadFaults.start(wanted), run);
    // An operation may come to its end while its browser is being killed, or fail with it.
    await Promise.race([started.catch(() => ended), ended]);
    const isEnding = run.fault === 'kill' || run.fault === 'close';
    const isReached = !isEnding || this.#isEnding;
    if (this.#isEnding) await ended;
    if (this.#isEnding && run.fault === 'kill') await this.#gone; // the page goes before its browser
    const after = await this.#open();
    const outcome = await after.evaluate((wanted) => window.longreadFaults.finish(wanted), run);
    return { ...outcome, fired: outcome.fired && isReached };
  }

  async close(): Promise<void> {
    await this.#context?.close();
  }

  async #open(): Promise<Page> {
    if (this.#page !== undefined && !this.#page.isClosed()) return this.#page;
    this.#context ??= await this.#launch();
    const page = await this.#context.newPage();
    page.setDefaultTimeout(runTimeoutMs);
    await page.exposeFunction('longreadEnd', (fault: 'kill' | 'close') => this.#end(page, fault));
    await page.goto(`${this.#site.origin}/trials/faults/page/`);
    const known = this.#reference;
    this.#reference = await page.evaluate((reference) => window.longreadFaults.prepare(reference), known);
    this.#page = page;
    this.#isEnding = false;
    return page;
  }

  async #launch(): Promise<BrowserContext> {
    const context = await chromium.launchPersistentContext(this.#profile, {
      executablePath: this.#browserPath,
      headless: false,
      args: chromiumFlags('software'),
    });
    this.#gone = new Promise((resolve) => {
      context.once('close', () => {
        this.#context = undefined;
        resolve();
      });
    });
    return context;
  }

  async #end(page: Page, fault: 'kill' | 'close'): Promise<void> {
    this.#isEnding = true;
    if (fault === 'close') return page.close({ runBeforeUnload: false });
    const session = await page.context().newCDPSession(page);
    await session.send('Browser.crash').catch(() => undefined); // nobody is left to answer
  }
}

/** Runs the command; throws UsageError, or an Error when a document was lost or differs. */
export async function faults(args: readonly string[]): Promise<void> {
  const { values } = parse(usage, {
    args: [...args],
    options: {
      runs: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return void process.stdout.write(`${usage}\n`);
  const plan = planRuns(
    parseCount('--runs', values.runs, usage) ?? 240,
    parseCount('--seed', values.seed, usage) ?? 1,
  );
  const browserPath = await setUpBrowser(note);
  const site = await serveSite([]);
  site.files.set('/tiny.gguf', tinyLlama(7));
  const profile = await mkdtemp(join(tmpdir(), 'longread-faults-'));
  const lab = new Lab(site, browserPath, profile);
  const points = new Set<string>();
  const failures: string[] = [];
  const sum = { runs: 0, lost: 0, silentDifferences: 0, notReached: 0 };
  try {
    for (const run of plan) {
      const { fired, lost, differs, failure } = await lab.run(run);
      const name = `${nameOf(run)} at ${run.nth}`;
      if (!fired) sum.notReached += 1;
      else {
        sum.runs += 1;
        points.add(nameOf(run));
        sum.lost += Number(lost);
        sum.silentDifferences += Number(differs);
      }
      if (failure !== '' || lost || differs)
        failures.push(`${name}: ${failure || (lost ? 'lost' : 'differs')}`);
      if (failure !== '' || lost || differs || sum.runs % 20 === 0)
        note(`${sum.runs}/${plan.length} ${name} ${failure}`);
    }
  } finally {
    await lab.close();
    await site.close();
    await rm(profile, { recursive: true, force: true });
  }
  const report = { ...sum, points: points.size, failures };
  const text = `${sum.runs} runs at ${points.size} points: ${sum.lost} lost, ${sum.silentDifferences} silent differences`;
  process.stdout.write(`${values.json ? JSON.stringify(report) : text}\n`);
  if (failures.length > 0) process.exitCode = 1;
}
