// Public API of the element: importing it defines <long-read>.
export { LongReadElement } from './long-read.ts';
export type { LongReadEventMap } from './events.ts';
export type { EngineFactory, ErrorReport } from './session-state.ts';
