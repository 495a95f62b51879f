// What questions go to: the open document, or several that are open as one. Pure.
import type { DocumentManifest, LongreadDocument } from 'longread';
import type { Words } from '../words.ts';
import type { SessionState } from './state.ts';

type Open = Pick<SessionState, 'document' | 'together'>;

export interface Asked extends Pick<LongreadDocument, 'ask'> {
  /** What is asked of it is kept under this. */
  readonly id: string;
}

/** Undefined where nothing is open. */
export function askedOf({ document, together }: Open): Asked | undefined {
  if (document) return { id: document.manifest.id, ask: (...of) => document.ask(...of) };
  const [first] = together?.set.documents ?? [];
  return together && first && { id: threadOf(first), ask: (...of) => together.set.ask(...of) };
}

/** What is called open; empty where nothing is. */
export function titleOfOpen({ document, together }: Open, words: Words): string {
  return together ? words.say('allDocuments') : (document?.manifest.title ?? '');
}

/** All documents of a model and preset have one thread of what was asked of them together, whichever they are by now. */
const togetherPrefix = 'together ';
const threadOf = ({ fingerprint }: DocumentManifest): string => `${togetherPrefix}${fingerprint}`;
export const isThreadOfSeveral = (id: string): boolean => id.startsWith(togetherPrefix);
