// What a file of rows exports: experiments that open browsers, take samples and give rows. One may give several rows.
import type { PageCall, PageEngineOptions, SiteFiles } from '@longread/driver';
import type { Page } from 'playwright';
import type { StagesDriver } from '../pages/stages/driver.ts';
import type { Row } from './results/row.ts';

export interface Experiment {
  /** Rows it gives: name and what it says. */
  readonly rows: Readonly<Record<string, string>>;
  /** Only with `--long`, or by name. */
  readonly long?: boolean;
  /** Pages it opens beside those of every run: HTML files by name. */
  readonly pages?: Readonly<Record<string, string>>;
  run(bench: Bench): Promise<readonly Row[]>;
}

/** The driver of the stages page, called from here. */
export type Stages = Pick<StagesDriver, Exclude<keyof StagesDriver, 'open'>>;

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
  /** The stages page; with the model's weights on the device unless `model` is false. */
  stages(options?: { readonly model: boolean }): Promise<Stages>;
  /** The engine page; the engine is created unless `options` is null. */
  engine(options?: Omit<PageEngineOptions, 'model' | 'sha256'> | null): Promise<EnginePage>;
  /** Any page of the site by its path. */
  page(path: string): Promise<Page>;
  /** Closes the browsers opened so far: what runs in them rejects. */
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
