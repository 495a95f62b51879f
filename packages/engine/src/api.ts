// The public API's types (design section 6). The worker and the in-place engine both implement them; everything may import them, and
// they import nothing of the engine.
export type * from './api/answers.ts';
export type * from './api/calibration.ts';
export type * from './api/calls.ts';
export type * from './api/chat.ts';
export type * from './api/documents.ts';
export type * from './api/engine.ts';
export type * from './api/plans.ts';
