// A command's page, from its start to its end: site, browser, Ctrl-C. Whatever happens, nothing of it stays.
import { setUpBrowser, type AdapterChoice } from '@longread/browser';
import { note } from '@longread/command';
import type { Progress } from 'longread';
import { keptAfter } from './kept.ts';
import { openSession, type Session } from './session.ts';
import { serveSite, type SiteFiles } from './site.ts';

export interface PageRun {
  /** Browser profile folder; empty for a temporary one. */
  readonly profile: string;
  readonly onProgress: (progress: Progress) => void;
  /** What is there by default, installed where there is none. */
  readonly browserPath?: string;
  /** The software adapter by default, which is always there: enough for a page that computes nothing. */
  readonly adapter?: AdapterChoice;
  /** Files on disk by their URL path. */
  readonly served?: Iterable<readonly [string, { readonly path: string }]>;
}

/** What a command works with: a page without an engine. */
export interface PageWork {
  readonly session: Session;
  /** May be added to. */
  readonly files: SiteFiles;
}

/** The shell's own for a program that Ctrl-C ended. */
const interruptedCode = 130;
/** A page that does not answer is left to the end of the process. */
const patienceMs = 5_000;

/**
 * Ctrl-C says what is kept and cancels the call that runs, which rejects with AbortedError; before a page is there, and when it is
 * pressed again, it ends the process, and the browser with it.
 */
function watchInterrupt(kept: () => string): { watch(session: Session): void; release(): void } {
  let session: Session | undefined;
  const end = (): never => process.exit(interruptedCode);
  const interrupt = (): void => {
    note(`\nInterrupted. ${kept()}`);
    if (session === undefined) return end();
    process.once('SIGINT', end);
    setTimeout(end, patienceMs).unref();
    session.abort().catch((error: unknown) => note(String(error)));
  };
  process.once('SIGINT', interrupt);
  return {
    watch: (opened) => (session = opened),
    release: () => {
      process.removeListener('SIGINT', interrupt);
      process.removeListener('SIGINT', end);
    },
  };
}

/** Runs `work` with the driven page open, and closes everything after it. */
export async function runInPage<T>(run: PageRun, work: (tools: PageWork) => Promise<T>): Promise<T> {
  let last: Progress | undefined;
  const onProgress = (progress: Progress): void => {
    last = progress;
    run.onProgress(progress);
  };
  const interrupt = watchInterrupt(() => (run.profile === '' ? 'Nothing is kept.' : keptAfter(last)));
  try {
    const browserPath = run.browserPath ?? (await setUpBrowser(note));
    const adapter = run.adapter ?? { kind: 'software', how: 'software, since nothing is computed' };
    const site = await serveSite(run.served ?? []);
    try {
      const { profile } = run;
      const session = await openSession({ profile, onProgress, browserPath, adapter, port: site.port });
      interrupt.watch(session);
      try {
        return await work({ session, files: site.files });
      } finally {
        await session.close();
      }
    } finally {
      await site.close();
    }
  } finally {
    interrupt.release();
  }
}
