// How fast a phase is and how long it still takes, in words.
import type { Pace } from '@longread/core';
import type { Progress } from 'longread';

/** A rate of less time says nothing. */
export const leastMs = 200;

/** Of a time, as a terminal shows it: rounded by a sixth at most. */
export function timeLeft(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 180) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}

export function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

/** To stand behind an amount. Nothing at first: a rate of no time says nothing. */
export function rateAndTime({ perSecond, msLeft }: Pace, unit: Progress['unit']): string {
  if (perSecond === undefined) return '';
  const rate = unit === 'bytes' ? `${megabytes(perSecond)} MB/s` : `${perSecond.toFixed(1)} ${unit}/s`;
  return msLeft === undefined ? ` | ${rate}` : ` | ${rate} | ${timeLeft(msLeft)} left`;
}
