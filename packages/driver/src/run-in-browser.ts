// Set-up to tear-down of a command that works in the browser: browser, model, pages, session, Ctrl-C.
import { chooseAdapter, setUpBrowser, type AdapterChoice, type AdapterKind } from '@longread/browser';
import { createSetUpNotes, note } from '@longread/command';
import { findModel } from '@longread/models';
import type { Progress } from 'longread';
import type { PageEngineOptions } from './page-driver.ts';
import { openSession, type Session } from './session.ts';
import { serveSite, type SiteFiles } from './site.ts';

/** URL path at which the pages find the model file. */
export const modelUrl = '/model.gguf';

export interface BrowserRun {
  /** `--model`, or undefined for the default model. */
  readonly model: string | undefined;
  /** `--adapter`, or undefined for whichever works. */
  readonly adapter: AdapterKind | undefined;
  /** Browser profile folder; empty for a temporary one. */
  readonly profile: string;
  readonly onProgress: (progress: Progress) => void;
  /** Of the engine, beside its model. */
  readonly engine?: Pick<PageEngineOptions, 'calibration' | 'preset'>;
}

/** What a command works with: the engine is created, its model loaded. */
export interface BrowserWork {
  readonly session: Session;
  readonly files: SiteFiles;
  readonly modelPath: string;
  readonly adapter: AdapterChoice;
  /** Time that creating the engine took. */
  readonly loadMs: number;
}

/** Ctrl-C cancels the running call, which rejects with AbortedError; a second one ends the process. */
function cancelOnInterrupt(session: Session): () => void {
  const cancel = (): void => {
    note('\nCancelling; what was read is kept. Press Ctrl-C again to quit at once.');
    process.once('SIGINT', () => process.exit(130));
    session.abort().catch((error: unknown) => note(String(error)));
  };
  process.once('SIGINT', cancel);
  return () => process.removeListener('SIGINT', cancel);
}

/** Runs `work` with an engine in a page, and closes everything after it whatever happened. */
export async function runInBrowser<T>(run: BrowserRun, work: (tools: BrowserWork) => Promise<T>): Promise<T> {
  const model = await findModel(run.model, createSetUpNotes());
  const browserPath = await setUpBrowser(note);
  const adapter = await chooseAdapter(browserPath, run.adapter);
  const site = await serveSite([[modelUrl, { path: model.path }]]);
  try {
    const session = await openSession({ ...run, browserPath, adapter, port: site.port });
    const release = cancelOnInterrupt(session);
    try {
      const startedAt = performance.now();
      const { calibration } = await session.call('create', {
        ...run.engine,
        model: modelUrl,
        cache: false, // a file on this machine already, and another one next time
        ...(model.sha256 ? { sha256: model.sha256 } : {}),
      });
      if (calibration.origin === 'guess' && run.engine?.calibration === undefined)
        note(
          `Nothing was measured of this model: it is read with heads by a guess. npm run calibrate measures it.`,
        );
      return await work({
        session,
        files: site.files,
        modelPath: model.path,
        adapter,
        loadMs: performance.now() - startedAt,
      });
    } finally {
      release();
      await session.close();
    }
  } finally {
    await site.close();
  }
}
