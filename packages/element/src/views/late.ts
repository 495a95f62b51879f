// What the first view does without, as one script: it is fetched with the first engine, and is there before that is (late-parts.ts).
export { citations } from '@longread/planner';
export { circumstancesHere, explain } from '../shell/explain.ts';
export { SourcePane } from '../source/pane.ts';
export { renderLibrary } from './library.ts';
export { renderSource } from './source.ts';
export { renderThread } from './thread.ts';
