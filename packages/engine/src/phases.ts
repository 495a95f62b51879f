// Timings of an operation's phases, in the order in which they ran.
import type { PhaseStats } from './api.ts';

export interface PhaseClock {
  readonly phases: readonly PhaseStats[];
  /** Runs `work` and records it under `name`; `tokens` is asked for afterwards. */
  run<T>(name: PhaseStats['name'], work: () => Promise<T>, tokens?: (result: T) => number): Promise<T>;
  add(phase: PhaseStats): void;
}

export function createPhaseClock(): PhaseClock {
  const phases: PhaseStats[] = [];
  return {
    phases,
    add: (phase) => {
      phases.push(phase);
    },
    run: async (name, work, tokens) => {
      const start = performance.now();
      const result = await work();
      phases.push({ name, ms: performance.now() - start, tokens: tokens?.(result) ?? 0 });
      return result;
    },
  };
}
