// Public API of the planner: pure plans from settings, scores and limits. Nothing here touches a GPU, a file or a clock.
export * from './bm25.ts';
export * from './buffer-sizes.ts';
export * from './calibration.ts';
export * from './chunks.ts';
export * from './ends.ts';
export * from './eviction-rules.ts';
export * from './gather-settings.ts';
export * from './gather.ts';
export * from './graphemes.ts';
export * from './hops.ts';
export * from './memory.ts';
export * from './passages.ts';
export * from './prompt.ts';
export * from './read-settings.ts';
export * from './sampling.ts';
export * from './similarity-stats.ts';
export * from './whole-chunks.ts';
