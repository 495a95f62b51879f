// Models to choose from: the one that comes with the page, some that are recommended, and what a reader types. Pure.
import type { Say, ShellKey } from './copy.ts';

export interface ModelChoice {
  /** An address, or a name on a hub. */
  readonly source: string;
  readonly name: string;
  /** Of the download; 0 where it is not known before. */
  readonly sizeBytes: number;
  /** What it is good for, in a few words. */
  readonly about?: ShellKey;
  /** Of graphics memory that it wants, where `about` tells it. */
  readonly graphicsBytes?: number;
}

/**
 * Families that docs/models.md says load. Sizes are those of files of four bits a weight by their count of weights, to the next 10 MB: the
 * download says the true one.
 */
export const recommended: readonly ModelChoice[] = [
  {
    source: 'hf:unsloth/gemma-3-270m-it-GGUF:Q4_K_M',
    name: 'Gemma 3 270M',
    sizeBytes: 250e6,
    about: 'twicePackaged',
  },
  {
    source: 'hf:unsloth/Qwen3-0.6B-GGUF:Q4_K_M',
    name: 'Qwen3 0.6B',
    sizeBytes: 400e6,
    about: 'forGraphicsCard',
  },
  {
    source: 'hf:unsloth/Llama-3.2-1B-Instruct-GGUF:Q4_K_M',
    name: 'Llama 3.2 1B',
    sizeBytes: 810e6,
    about: 'forGraphicsMemory',
    graphicsBytes: 2e9,
  },
  {
    source: 'hf:unsloth/Qwen3-1.7B-GGUF:Q4_K_M',
    name: 'Qwen3 1.7B',
    sizeBytes: 1_110e6,
    about: 'forGraphicsMemory',
    graphicsBytes: 3e9,
  },
];

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
  const path = source.replace(/^hf:/i, '').split(/[?#]/, 1)[0] ?? source;
  const last = path.split('/').findLast((part) => part !== '') ?? path;
  const name = last.replace(/\.(?:gguf|safetensors)$/i, '');
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // a percent sign that escapes nothing
  }
}
