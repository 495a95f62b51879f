// The driven page's driver as typed calls from Node: errors arrive as the classes they were thrown as.
import { errorFromData } from '@longread/core';
import type { Page } from 'playwright';
import type { Outcome, PageDriver } from './page-driver.ts';

type Call = keyof Omit<PageDriver, 'abort' | 'abortAt' | 'cancelMs'>;
type Value<K extends Call> = Awaited<ReturnType<PageDriver[K]>> extends Outcome<infer T> ? T : never;

/** Runs one of the driver's calls in the page. */
export type PageCall = <K extends Call>(name: K, ...args: Parameters<PageDriver[K]>) => Promise<Value<K>>;

/** Calls the driver of `page`, which has the driven page open. */
export function createPageCall(page: Page): PageCall {
  return async (name, ...args) => {
    const outcome = (await page.evaluate(
      ([method, parameters]) => {
        const driver = window.longreadDriver as unknown as Record<string, (...all: unknown[]) => unknown>;
        return driver[method]?.(...parameters);
      },
      [name, args] as const,
    )) as Outcome<Value<typeof name>>;
    if ('error' in outcome) throw errorFromData(outcome.error);
    return outcome.value;
  };
}
