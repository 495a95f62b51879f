// What a file of rows exports: experiments that open browsers, take samples and give rows. One may give several rows.
import type { PageCall, PageEngineOptions, SiteFiles } from '@longread/driver';
import type { Page } from 'playwright';
import type { StageCalls } from '../pages/stages/driver.ts';
import type { Row } from './results/row.ts';

export interface Experiment {
  /** Rows it gives: name and what it says. */
  readonly rows: Readonly<Record<string, string>>;
  /** Only with `--long`, or by name. */
  readonly long?: boolean;
  /** Pages it opens beside those of every run: HTML files by name. */
  readonly pages?: Readonly<Record<string, string>>;
  /** Why it cannot run in Node; absent where the stages alone will do. */
  readonly needsBrowser?: string;
  run(bench: Bench): Promise<readonly Row[]>;
}

/** The stages: a page's, called from here, or those of this process. */
export type Stages = StageCalls;

/** A page with the engine behind the public API. */
export interface EnginePage {
  readonly page: Page;
  readonly call: PageCall;
  /** Creates the engine anew, with the options it was first created with: nothing of earlier questions is left. */
  restart(): Promise<void>;
}

/** What experiments work with. Every page is a browser of its own, closed at the latest when its experiment ends. */
export interface Bench {
  /** Samples to take: what `--repeats` says, else `usual`. */
  repeats(usual: number): number;
  /** Whether a row was asked for: what only others need may be left out. */
  wants(name: string): boolean;
  /** True when long rows run at a sixteenth of their lengths. */
  readonly isRehearsal: boolean;
  /** The stages on a device of their own; with the model's weights on it unless `model` is false. */
  stages(options?: { readonly model: boolean }): Promise<Stages>;
  /** The engine page; the engine is created unless `options` is null. */
  engine(options?: Omit<PageEngineOptions, 'model' | 'sha256'> | null): Promise<EnginePage>;
  /** Any page of the site by its path. */
  page(path: string): Promise<Page>;
  /** Closes what was opened so far: what runs in it rejects. */
  closePages(): Promise<void>;
  /** Files beside the pages, by URL path. */
  readonly files: SiteFiles;
  /** The model file on this machine, and where pages find it. */
  readonly modelPath: string;
  readonly modelUrl: string;
  readonly modelSha256: string | undefined;
  /** What happens, for the person who waits. */
  readonly note: (message: string) => void;
}

/** Takes `count` samples after one that is thrown away. */
export async function sample<T>(count: number, take: () => Promise<T>): Promise<T[]> {
  await take();
  const samples: T[] = [];
  for (let i = 0; i < count; i++) samples.push(await take());
  return samples;
}
