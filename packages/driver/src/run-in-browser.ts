// Set-up to tear-down of a command that asks in the browser: a page, and in it an engine with its model loaded.
import { basename } from 'node:path';
import { chooseAdapter, setUpBrowser, type AdapterChoice, type AdapterKind } from '@longread/browser';
import { createSetUpNotes, note } from '@longread/command';
import { filesOfModel, findModel } from '@longread/models';
import type { Progress } from 'longread';
import type { PageEngineOptions } from './page-driver.ts';
import { runInPage, type PageWork } from './run-in-page.ts';
import type { Session } from './session.ts';

/** URL path at which the pages find the model file where none is given. */
export const modelUrl = '/model.gguf';

/** Where the pages find a model, and the files there: one of GGUF, or those of a folder, which are fetched from beside each other. */
export async function serveModel(path: string): Promise<{
  readonly url: string;
  readonly files: readonly (readonly [url: string, file: { readonly path: string }])[];
}> {
  const paths = await filesOfModel(path);
  if (paths.length === 1) return { url: modelUrl, files: [[modelUrl, { path }]] };
  const urlOf = (file: string): string => `/model/${basename(file)}`;
  return { url: urlOf(path), files: paths.map((file) => [urlOf(file), { path: file }] as const) };
}

export interface BrowserRun {
  /** `--model`, or undefined for the default model. */
  readonly model: string | undefined;
  /** `--adapter`, or undefined for whichever works. */
  readonly adapter: AdapterKind | undefined;
  /** Browser profile folder; empty for a temporary one. */
  readonly profile: string;
  readonly onProgress: (progress: Progress) => void;
  /** Before the model is loaded: throws what would be wrong after it, too. */
  readonly prepare?: (session: Session) => Promise<void>;
  /** Of the engine, beside its model. */
  readonly engine?: Pick<PageEngineOptions, 'calibration' | 'preset' | 'tune' | 'weights' | 'worker'>;
}

/** What a command works with: the engine is created, its model loaded. */
export interface BrowserWork extends PageWork {
  readonly modelPath: string;
  readonly adapter: AdapterChoice;
  /** Time that creating the engine took. */
  readonly loadMs: number;
}

/** Runs `work` with an engine in a page, and closes everything after it whatever happened. */
export async function runInBrowser<T>(run: BrowserRun, work: (tools: BrowserWork) => Promise<T>): Promise<T> {
  const model = await findModel(run.model, createSetUpNotes());
  const browserPath = await setUpBrowser(note);
  const adapter = await chooseAdapter(browserPath, run.adapter);
  const served = await serveModel(model.path);
  return runInPage({ ...run, browserPath, adapter, served: served.files }, async (page) => {
    await run.prepare?.(page.session);
    const startedAt = performance.now();
    const { calibration } = await page.session.call('create', {
      ...run.engine,
      model: served.url,
      cache: false, // on this machine already, and another one next time
      ...(model.sha256 ? { sha256: model.sha256 } : {}),
    });
    if (calibration.origin === 'guess' && run.engine?.calibration === undefined)
      note(
        `Nothing was measured of this model: it is read with heads by a guess. npm run calibrate measures it.`,
      );
    const loadMs = performance.now() - startedAt;
    return work({ ...page, modelPath: model.path, adapter, loadMs });
  });
}
