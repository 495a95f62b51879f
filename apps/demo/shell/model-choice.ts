// Models to choose from: the one that comes with the page, some that are recommended, and what a reader types. Pure.
import type { Recommendation } from 'longread';
import type { Say, ShellKey } from './copy.ts';

export interface ModelChoice {
  /** An address, or a name on a hub. */
  readonly source: string;
  readonly name: string;
  /** Of the download; 0 where it is not known before. */
  readonly sizeBytes: number;
  /** What it is good for, in a few words. */
  readonly about?: ShellKey;
  /** What is known of one that is recommended, and whether this device holds it. */
  readonly recommendation?: Recommendation;
}

/** A recommended model, which is fetched if it is chosen and not before. */
export function choiceRecommended(recommendation: Recommendation): ModelChoice {
  const { model: source, name, fileBytes = 0 } = recommendation;
  return { source, name, sizeBytes: fileBytes, recommendation };
}

/** What a reader typed, as something to load, or why it is none. */
export function readTyped(text: string, say: Say): ModelChoice | string {
  const typed = text.trim();
  const form = say('hubForm');
  if (typed === '') return say('typeModel', { form });
  if (/^[\w.-]+\/[\w.-]+(?:[:@/].*)?$/.test(typed)) return choiceOf(`hf:${typed}`);
  if (/^hf:/i.test(typed)) return choiceOf(typed);
  if (!URL.canParse(typed)) return say('noAddress', { typed: typed.slice(0, 80), form });
  const { protocol, hostname, pathname, origin, search } = new URL(typed);
  const isHere = ['localhost', '127.0.0.1'].includes(hostname);
  if (protocol !== 'https:' && !(protocol === 'http:' && isHere)) return say('httpsModel');
  // What is copied from a hub's page is the page around the file.
  const file = pathname.replace(/^(\/[^/]+\/[^/]+)\/blob\//, '$1/resolve/');
  return choiceOf(`${origin}${file}${search}`);
}

function choiceOf(source: string): ModelChoice {
  return { source, name: nameOf(source), sizeBytes: 0 };
}

/** A short name for a source: the file's, or the repository's. */
export function nameOf(source: string): string {
  const path = source.replace(/^hf:(.*?)(?:@[^@]*)?$/i, '$1').split(/[?#]/, 1)[0] ?? source;
  const last = path.split('/').findLast((part) => part !== '') ?? path;
  const name = last.replace(/\.(?:gguf|safetensors)$/i, '');
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // a percent sign that escapes nothing
  }
}
