// Runs inputs one after the other and tells of each before and after it, so that a watcher sees which one hangs.
import { createDice } from './dice.ts';
import { fileTarget } from './file-target.ts';
import { hubTarget } from './hub-target.ts';
import { modelTarget } from './model-target.ts';
import { storeTarget } from './store-target.ts';
import type { Verdict } from './target.ts';
import { weightsTarget } from './weights-target.ts';

export interface InputRange {
  readonly seed: number;
  readonly first: number;
  /** One past the last. */
  readonly end: number;
}

export type InputResult = Verdict | 'uncaught';

export type InputReport =
  | { readonly kind: 'started'; readonly input: number; readonly what: string }
  | { readonly kind: 'ended'; readonly input: number; readonly result: InputResult; readonly detail: string };

/** Inputs take turns among the targets. */
export async function runInputs(range: InputRange, report: (report: InputReport) => void): Promise<void> {
  const targets = [
    await storeTarget(),
    await fileTarget(),
    await modelTarget(),
    await hubTarget(),
    await weightsTarget(),
  ];
  for (let input = range.first; input < range.end; input++) {
    const target = targets[input % targets.length];
    if (target === undefined) continue;
    const dice = createDice(range.seed * 1_000_003 + input);
    const { what, attempt } = await target.damage(dice);
    report({ kind: 'started', input, what: `${target.name}: ${what}` });
    try {
      report({ kind: 'ended', input, result: await attempt(), detail: '' });
    } catch (error) {
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      report({ kind: 'ended', input, result: 'uncaught', detail });
    }
  }
}
