// What to change when a buffer is larger than the device binds: what its size hangs on (buffer-sizes.ts), in the words of the settings.

/** What the size of a buffer hangs on, as the one who meets its limit can change it. */
export const remedies = {
  chunk: 'lower chunkSize',
  budget: 'lower budget',
  both: 'lower budget or chunkSize',
  embeddings: 'lower chunkSize or name fewer heads',
  heads: 'name fewer heads',
  question: 'ask a shorter question, or lower peaks or peakSpan',
  sample: 'take shorter samples',
  document: 'read less of the document (maxTokens)',
  positions: 'lower gatherSize or maxNewTokens',
  vocabulary: 'choose a model with a smaller vocabulary',
  model: 'choose a smaller model',
} as const;

const { chunk, both, positions, vocabulary, model } = remedies;

/**
 * Scores are of a fixed size until sixteen rows of all keys exceed it.
 * @param isPrompt whether the keys are more than reading sees.
 */
export const ofActivations = (isPrompt: boolean) => ({
  hidden: chunk,
  normed: chunk,
  qkv: chunk,
  q: chunk,
  attention: chunk,
  gateUp: chunk,
  gated: chunk,
  factors: model,
  headInput: model,
  logits: vocabulary,
  deltaScales: model,
  projectedInputs: chunk,
  inputRows: chunk,
  ones: model,
  scores: isPrompt ? positions : both,
  angles: isPrompt ? positions : both,
  slidingAngles: isPrompt ? positions : both,
});

/** Kept entries hang on the budget; what holds them beside a chunk on both. `sums` are of either, and the smallest. */
export const ofEntries = {
  kv: remedies.budget,
  keys: remedies.both,
  values: remedies.both,
  sums: remedies.both,
  flags: remedies.both,
} as const;

export const ofEmbeddings = {
  ids: remedies.chunk,
  embeddings: remedies.embeddings,
  quants: remedies.embeddings,
  scales: remedies.embeddings,
} as const;

/** What layers carry in the place of keys and values is of the model alone. */
export const ofCarried = { carried: remedies.model } as const;
