// Reads the figures that the engine reports of its phases.
import type { PhaseStats } from 'longread';

/** Tokens/s of a phase. @throws Error when it was not reported */
export function rateOf(phases: readonly PhaseStats[], name: PhaseStats['name']): number {
  const phase = phases.find((candidate) => candidate.name === name);
  if (phase === undefined || phase.tokens === 0) throw new Error(`The engine reported no phase ${name}.`);
  return (1000 * phase.tokens) / phase.ms;
}
