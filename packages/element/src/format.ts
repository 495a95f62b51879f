// Numbers as people read them. Pure.
import type { Progress } from 'longread';

const integer = new Intl.NumberFormat('en');

export function formatCount(value: number): string {
  return integer.format(Math.round(value));
}

export function formatBytes(bytes: number): string {
  return bytes < 1e6 ? `${formatCount(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

export function formatSeconds(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  return `${Math.round(seconds / 60)} min`;
}

/** The last part of an address, for people. */
export function fileNameOf(url: string): string {
  const name = url.split(/[?#]/, 1)[0]?.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(name) || url;
  } catch {
    return name; // a percent sign that escapes nothing
  }
}

/** Where in the text a passage begins, as in "41 % into the text". */
export function formatPlace(start: number, numChars: number): string {
  const percent = Math.floor((100 * start) / Math.max(1, numChars));
  return percent === 0 ? 'At the beginning' : `${percent} % into the text`;
}

/** As in "12,288 of 40,960 tokens". */
export function formatAmount({ done, total, unit }: Progress): string {
  const [doneText, totalText] =
    unit === 'bytes' ? [formatBytes(done), formatBytes(total)] : [formatCount(done), formatCount(total)];
  const amount = total > 0 ? `${doneText} of ${totalText}` : doneText;
  return unit === 'bytes' ? amount : `${amount} ${unit}`;
}

/** As in "about 40 s left"; empty while there is too little to tell from. */
export function formatRemaining({ done, total }: Progress, elapsedMs: number): string {
  if (elapsedMs < 2000 || done <= 0 || total <= done) return '';
  return `about ${formatSeconds(((total - done) / done) * elapsedMs)} left`;
}
