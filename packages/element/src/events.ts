// The element's events. All bubble and cross shadow roots; their data is in `detail`.
import type { Answer, DocumentManifest, EngineInfo, Evidence, Progress } from 'longread';
import type { ErrorReport } from './session/state.ts';

/** Event names and what their `detail` is. */
export interface LongReadEventMap {
  /** The model is loaded. */
  'longread-ready': EngineInfo;
  /** A document is open and can be asked. */
  'longread-document': DocumentManifest;
  /** Something moved on: loading, reading or answering. */
  'longread-progress': Progress;
  /** The passages that an answer is being written from, best first. */
  'longread-evidence': readonly Evidence[];
  /** An answer is complete. */
  'longread-answer': Answer;
  /** Something failed; a cancelled call is no failure. */
  'longread-error': ErrorReport;
}

export function dispatch<Name extends keyof LongReadEventMap>(
  target: EventTarget,
  name: Name,
  detail: LongReadEventMap[Name],
): void {
  target.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
}

declare global {
  // Listeners on the element are given the types of its events.
  interface HTMLElementEventMap {
    'longread-ready': CustomEvent<LongReadEventMap['longread-ready']>;
    'longread-document': CustomEvent<LongReadEventMap['longread-document']>;
    'longread-progress': CustomEvent<LongReadEventMap['longread-progress']>;
    'longread-evidence': CustomEvent<LongReadEventMap['longread-evidence']>;
    'longread-answer': CustomEvent<LongReadEventMap['longread-answer']>;
    'longread-error': CustomEvent<LongReadEventMap['longread-error']>;
  }
}
