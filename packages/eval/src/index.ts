// Public API of the evaluation: documents and questions made by seed, and the scores of their answers. Pure: the same arguments
// give the same document on every machine.
export { makeDocuments, type EvalOptions, type EvalSources } from './documents.ts';
export { grownDocument, spreadQuestions, type GrownPart } from './grown.ts';
export type { Haystack } from './hay.ts';
export { headSamples } from './head-samples.ts';
export * from './needle.ts';
export { recallOf, type Recall } from './recall.ts';
export * from './score.ts';
export { scoreAnswer, taskNames, tasks, type TaskFamily, type TaskSpec } from './tasks.ts';
export { factbookTexts, type FactbookNode, type FactbookProfile } from './texts/factbook.ts';
export { mobyDickQuestions } from './texts/moby-dick.ts';
export { novelDocument, type NovelOptions, type NovelQuestion } from './texts/novel.ts';
export type { SourceQuestion, SourceText } from './texts/source.ts';
export { wikiTexts, type WikiLead } from './texts/wiki.ts';
export * from './types.ts';
