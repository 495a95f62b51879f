// The bench page's driver as typed calls from Node: errors arrive as the classes they were thrown as.
import { errorFromData } from '@longread/core';
import type { BenchDriver, Outcome } from '@longread/bench/driver.ts';
import type { Page } from 'playwright';

type Call = keyof Omit<BenchDriver, 'abort' | 'abortAt' | 'cancelMs'>;
type Value<K extends Call> = Awaited<ReturnType<BenchDriver[K]>> extends Outcome<infer T> ? T : never;

/** Runs one of the driver's calls in the page. */
export type BenchCall = <K extends Call>(name: K, ...args: Parameters<BenchDriver[K]>) => Promise<Value<K>>;

/** Calls the driver of `page`, which has the bench page open. */
export function createBenchCall(page: Page): BenchCall {
  return async (name, ...args) => {
    const outcome = (await page.evaluate(
      ([method, parameters]) => {
        const driver = window.longreadBench as unknown as Record<string, (...all: unknown[]) => unknown>;
        return driver[method]?.(...parameters);
      },
      [name, args] as const,
    )) as Outcome<Value<typeof name>>;
    if ('error' in outcome) throw errorFromData(outcome.error);
    return outcome.value;
  };
}
