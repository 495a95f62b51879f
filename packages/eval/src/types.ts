// What a benchmark is made of: documents, and questions whose answers and evidence are known. Plain data.

/** A stretch of a document's text: UTF-16 code units, end exclusive. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

export interface EvalQuestion {
  /** Its row in the table of tasks, which names its scorer. */
  readonly task: TaskName;
  /** Unique among all documents of a run: document, task and number. */
  readonly id: string;
  readonly question: string;
  /** The reference words. The task's scorer says whether all of them are wanted or any. */
  readonly answers: readonly string[];
  /** Every sentence the answer needs, in the order of the text, none overlapping. At least one. */
  readonly evidence: readonly TextRange[];
  /** What a perfect search would hand the model: the ceiling of the answer's accuracy. */
  readonly passage: string;
  /** The answer's budget, in tokens. */
  readonly maxNewTokens: number;
}

export interface EvalDocument {
  /** Says kind, length and seed: the same id is the same document, given the same tokenizer and sources. */
  readonly id: string;
  readonly kind: DocumentKind;
  readonly text: string;
  /** The text's count by the tokenizer that fitted it. */
  readonly numTokens: number;
  readonly questions: readonly EvalQuestion[];
}

/** What a text is made of. One document serves every task of its kind. */
export type DocumentKind =
  'prose' | 'noise' | 'needles' | 'uuids' | 'pairs' | 'numbers' | 'words' | 'codes' | 'profiles' | 'leads' | 'passages' | 'novel'; // prettier-ignore

/** Names as the papers write them: RULER (arXiv 2404.06654), BABILong (2406.10149), InfiniteBench (2402.13718); the last are ours. */
export type TaskName =
  | 'niah_single_1'
  | 'niah_single_2'
  | 'niah_single_3'
  | 'niah_multikey_1'
  | 'niah_multikey_2'
  | 'niah_multikey_3'
  | 'niah_multivalue'
  | 'niah_multiquery'
  | 'vt'
  | 'cwe'
  | 'fwe'
  | 'qa'
  | 'qa1'
  | 'qa2'
  | 'qa3'
  | 'qa4'
  | 'qa5'
  | 'passkey'
  | 'number_string'
  | 'kv_retrieval'
  | 'math_find'
  | 'two_hop'
  | 'factbook'
  | 'wiki'
  | 'novel';

/** Counts tokens with the model's own tokenizer. Called on single sentences, and once or twice on a whole document. */
export type CountTokens = (text: string) => number;

/** What every maker of documents needs. */
export interface DocumentOptions {
  readonly seed: number;
  readonly countTokens: CountTokens;
  /** The text has at most so many tokens, and as many as whole sentences or items leave room for. */
  readonly targetTokens: number;
}
