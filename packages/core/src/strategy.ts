// The names of the strategies: code, the commands' too, has no other list; README.md and docs/method.md tell of them. What they do:
// engine/src/answer.

/**
 * How a question is answered.
 * - `reform` (default): gathers what the question needs and recomputes it.
 * - `full`: reads the whole document and refuses one that exceeds the window.
 * - `h2o`: the baseline of arXiv 2306.14048: reads the whole document for this question, through all layers with eviction to the
 *   read settings' budget, and decodes from what is left. No evidence; takes as long as reading did and more.
 * - `truncate`: recomputes the first and the last half of the gather size.
 * - `bm25`: recomputes the chunks of 128 tokens that share most words with the question (Robertson and Zaragoza, 2009).
 */
export type StrategyName = (typeof strategyNames)[number];

/** The default first. */
export const strategyNames = ['reform', 'full', 'h2o', 'truncate', 'bm25'] as const;
