// The names of the strategies: code, the commands' too, has no other list; README.md and docs/method.md tell of them. What they do:
// engine/src/answer.

/**
 * How a question is answered.
 * - `reform` (default): gathers what the question needs and recomputes it.
 * - `full`: reads the whole document and refuses one that exceeds the window.
 * - `h2o`: the baseline of arXiv 2306.14048: reads the whole document for this question, through all layers with eviction to the
 *   read settings' budget, and decodes from what is left: the entries that received most attention. No evidence; takes as long as
 *   reading did and more.
 * - `streaming`: the same with the first four entries and the newest (StreamingLLM, arXiv 2309.17453).
 * - `tova`: the same with those that a chunk's last token attends to (TOVA, arXiv 2401.06104).
 * - `snapkv`: reads all that the window holds, and then keeps what the prompt's end attends to (SnapKV, arXiv 2404.14469); refuses a
 *   longer document.
 * - `cascade`: as h2o, with the first entries and buffers of which each takes half as many tokens as the one before, chosen by attention
 *   that fades (Cascading KV cache, arXiv 2406.17808).
 * - `zsmerge`: as h2o, by attention that fades, but nothing is dropped: what does not stay is merged into one entry that counts for all of it
 *   (ZSMerge, arXiv 2503.10714). An answer is read token by token.
 * - `pages`: as h2o, but nothing is dropped: beside the first and the newest entries each chunk attends to the pages of the rest that suit
 *   it best (InfLLM, arXiv 2402.04617). All entries are kept outside the GPU.
 * - `truncate`: recomputes the first and the last half of the gather size.
 * - `bm25`: recomputes the chunks of 128 tokens that share most words with the question (Robertson and Zaragoza, 2009).
 * - `layer`: recomputes what the question attends to among all keys of one layer (ILRe, arXiv 2508.17892); takes as long as reading did.
 * - `chunks`: recomputes all of the document, a gather size at a time with the question, and answers from the stretch that makes the model
 *   surest (OPRM, arXiv 2505.07793).
 * - `fold`: recomputes all of the document, a stretch at a time, while the model rewrites notes, and answers from these (the loop of MEM1,
 *   arXiv 2506.15841, without its training). No evidence.
 */
export type StrategyName = (typeof strategyNames)[number];

/** The default first. */
export const strategyNames = [
  'reform',
  'full',
  'h2o',
  'streaming',
  'tova',
  'snapkv',
  'cascade',
  'zsmerge',
  'pages',
  'truncate',
  'bm25',
  'layer',
  'chunks',
  'fold',
] as const;
