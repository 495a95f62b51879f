// Opens the browsers that experiments ask for and closes them again, whatever happened.
import type { BrowserContext, Page } from 'playwright';
import {
  chromiumFlags,
  confirmAdapter,
  launchBrowser,
  siteAddress,
  type AdapterChoice,
} from '@longread/browser';
import { createSetUpNotes, note } from '@longread/command';
import { createPageCall, serveSite } from '@longread/driver';
import { findModelFile } from '@longread/models';
import type { BenchCommand } from './options.ts';
import type { Bench, Experiment, Stages } from './experiment.ts';

const modelUrl = '/model.gguf';
/** Pages under this path may use WASM threads. */
const isolatedPath = '/bench/pages/peers/wllama/';

const ownPages = {
  bench: 'apps/driven/index.html',
  stages: 'apps/bench/pages/stages/index.html',
  plots: 'apps/bench/pages/plots/index.html',
};

/** Which browser is opened, and on which adapter. */
export interface BrowserChoice {
  readonly browserPath: string;
  readonly adapter: AdapterChoice;
}

export interface Workbench extends Bench {
  readonly adapter: string | undefined;
  readonly browserVersion: string | undefined;
  /** What the browser was started with, or Dawn. */
  readonly flags: readonly string[];
  /** Closes the browsers and opens no further one: the experiment that runs rejects. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

/** Calls the stages page's driver by name. */
function stagesOf(page: Page): Stages {
  const call = <K extends keyof Stages>(name: K): Stages[K] =>
    ((...args: unknown[]) =>
      page.evaluate(
        ([method, parameters]) => {
          const driver = window.longreadStages as unknown as Record<string, (...all: unknown[]) => unknown>;
          return driver[method]?.(...parameters);
        },
        [name, args] as const,
      )) as Stages[K];
  return {
    multiplyAdd: call('multiplyAdd'),
    multiplyAddF16: call('multiplyAddF16'),
    int8Dots: call('int8Dots'),
    subgroupMatrices: call('subgroupMatrices'),
    costs: call('costs'),
    copy: call('copy'),
    read: call('read'),
    layerProducts: call('layerProducts'),
    attention: call('attention'),
    search: call('search'),
    compress: call('compress'),
    prefill: call('prefill'),
    decode: call('decode'),
  };
}

/** Model, pages and a server for `experiments`; no browser yet. */
export async function openWorkbench(
  { browserPath, adapter: chosen }: BrowserChoice,
  {
    model,
    shape,
    only,
    repeats,
    rehearse,
  }: Pick<BenchCommand, 'model' | 'shape' | 'only' | 'repeats' | 'rehearse'>,
  experiments: readonly Experiment[],
): Promise<Workbench> {
  const found = shape === undefined ? await findModelFile(model, createSetUpNotes()) : undefined;
  const { path, sha256 } = found ?? { path: '', sha256: undefined };
  const pages: Record<string, string> = { ...ownPages };
  for (const experiment of experiments) Object.assign(pages, experiment.pages);
  const site = await serveSite(found === undefined ? [] : [[modelUrl, { path }]], {
    pages,
    isolated: isolatedPath,
  });
  const contexts: BrowserContext[] = [];
  let stopped = false;
  let adapter: string | undefined;
  let browserVersion: string | undefined;

  const closePages = async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
  };
  const page = async (path: string): Promise<Page> => {
    const context = await launchBrowser({ browserPath, adapter: chosen.kind, port: site.port, profile: '' });
    contexts.push(context);
    if (stopped) await closePages();
    const version = context.browser()?.version();
    if (version !== undefined) browserVersion = `Chromium ${version}`;
    const opened = context.pages()[0] ?? (await context.newPage());
    opened.setDefaultTimeout(0);
    await opened.goto(`${siteAddress}${path}`);
    await confirmAdapter(opened, browserPath, chosen);
    return opened;
  };
  return {
    repeats: (usual) => repeats ?? usual,
    wants: (name) => only.size === 0 || only.has(name),
    isRehearsal: rehearse,
    page,
    stages: async ({ model: withModel } = { model: true }) => {
      const opened = await page('/bench/pages/stages/');
      adapter = await opened.evaluate(
        (source) => window.longreadStages.open(source),
        !withModel ? undefined : shape === undefined ? { url: modelUrl } : { shape },
      );
      return stagesOf(opened);
    },
    engine: async (options = {}) => {
      const opened = await page('/driven/');
      const call = createPageCall(opened);
      const restart = async () => {
        const info = await call('create', {
          model: modelUrl,
          cache: false, // a file on this machine already; and fetching is among what is measured
          ...(sha256 && { sha256 }),
          ...options,
        });
        adapter = info.adapter;
      };
      if (options !== null) await restart();
      return { page: opened, call, restart };
    },
    files: site.files,
    modelPath: path,
    modelUrl,
    modelSha256: sha256,
    note,
    get adapter() {
      return adapter && `${adapter} (${chosen.how})`;
    },
    get browserVersion() {
      return browserVersion;
    },
    flags: chromiumFlags(chosen.kind),
    closePages,
    stop: async () => {
      stopped = true;
      await closePages();
    },
    close: async () => {
      await closePages();
      await site.close();
    },
  };
}
