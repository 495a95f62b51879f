// Reads the figures that the engine reports of its phases and its memory. Pure.
import type { MemoryStats, PhaseStats } from 'longread';

/** Tokens/s of all that was reported under `name`. @throws Error when nothing was */
export function rateOf(phases: readonly PhaseStats[], name: PhaseStats['name']): number {
  const found = phases.filter((phase) => phase.name === name && phase.tokens > 0);
  if (found.length === 0) throw new Error(`The engine reported no phase ${name}.`);
  const sum = (key: 'tokens' | 'ms') => found.reduce((total, phase) => total + phase[key], 0);
  return (1000 * sum('tokens')) / sum('ms');
}

/** The peak of an operation without an item that was held beside it. @throws Error when the plan has no such item */
export function peakWithout({ peakBytes, items }: MemoryStats, name: string): number {
  const found = items.filter((item) => item.name === name);
  if (found.length === 0) throw new Error(`The memory plan has no item ${name}.`);
  return found.reduce((bytes, item) => bytes - item.bytes, peakBytes);
}

/** How far off a plan was: |planned - measured| / measured. */
export function planError({ plannedBytes, peakBytes }: MemoryStats): number {
  return Math.abs(plannedBytes - peakBytes) / peakBytes;
}
