// The first of two passes over a source: what it is (its hash, its length in tokens and characters, what its reader should know), before any
// time is spent on it and while nothing of it is held. The second, cut-chunks.ts, makes chunks of it.
import { describeNote, InvalidInputError, LimitExceededError, type SourceNote } from '@longread/core';
import type { Tokenizer } from '@longread/formats';
import { wholeGraphemes } from '@longread/planner';
import type { CallOptions, DocumentSource } from './api.ts';
import { createBreath } from './breath.ts';
import { replayable } from './source/replay.ts';
import { readSource } from './source/source-text.ts';
import { checkOf, stretchesOf } from './tokenize.ts';

/** A source that was read once. */
export interface SurveyedSource {
  /** Tokens of it that a document has: all, or as many as `maxTokens` says. */
  readonly numTokens: number;
  /** UTF-16 code units up to its end or, where `maxTokens` cut it, to the end of the last token's last character. */
  readonly numChars: number;
  readonly isCut: boolean;
  /** Identity of the whole source, hex, whatever `maxTokens` is (core: `SourcePart.textHash`). */
  readonly textHash: string;
  readonly notes: readonly SourceNote[];
  /** Of the text of each stretch up to its end, or to where it is cut: a second reading that differs is not to be used. */
  readonly checks: readonly number[];
  /** The source from its start. */
  readonly again: () => DocumentSource;
}

export interface SurveyOptions extends CallOptions {
  /** 0 is no limit. */
  readonly maxTokens: number;
}

/** Positions of tokens and their ends are of 32 bits. */
const most = 2 ** 32 - 1;

/** @throws LimitExceededError for a document that would have more characters or tokens than can be told apart */
export function checkLength(length: { readonly numChars: number; readonly numTokens: number }): void {
  for (const [setting, value] of [
    ['characters', length.numChars],
    ['tokens', length.numTokens],
  ] as const) {
    if (value <= most) continue;
    throw new LimitExceededError(
      `The document has more than ${most.toLocaleString('en-US')} ${setting}, the most that one can have. Read it as several documents.`,
      { setting, value, limit: most },
    );
  }
}

/**
 * Reads and tokenizes all of a source, and keeps nothing but what `again` needs. The source is closed, however this ends, once it was begun.
 * @throws InvalidInputError for a source that is empty, no text, or none that the model can read | LimitExceededError (too long) |
 * AbortedError | what the source throws
 */
export async function survey(
  tokenizer: Tokenizer,
  given: DocumentSource,
  { maxTokens, signal, onProgress }: SurveyOptions,
): Promise<SurveyedSource> {
  const replay = replayable(given, signal);
  const reading = readSource(replay.source, signal);
  const breathe = createBreath(signal, 'tokenize');
  const cut = createCut(maxTokens);
  let numTokens = 0;
  let numChars = 0;
  let isBlank = true;
  const checks: number[] = [];
  const unread = { count: 0, first: 0, ofLast: [] as readonly number[] };
  try {
    await breathe();
    for await (const { text, ids, charEnds, unread: lacking } of stretchesOf(
      tokenizer,
      reading.pieces,
      () => cut.end !== undefined,
    )) {
      if (cut.end === undefined) checks.push(checkOf(text));
      isBlank &&= text.trim() === '';
      numChars += text.length;
      if (unread.count === 0) unread.first = lacking[0] ?? 0;
      unread.count += lacking.length;
      unread.ofLast = cut.end === undefined ? lacking : [...unread.ofLast, ...lacking];
      cut.add(text, charEnds, numTokens);
      numTokens += ids.length;
      checkLength({ numChars, numTokens });
      onProgress?.({ phase: 'tokenize', done: numTokens, total: 0, unit: 'tokens' });
      await breathe();
    }
  } finally {
    await reading.close();
  }
  if (isBlank)
    throw new InvalidInputError('The document is empty: it holds no text. Choose one with text in it.');
  if (numTokens === 0)
    throw new InvalidInputError(
      `The model can read none of the document's ${numChars} characters: its vocabulary lacks them. Use another model.`,
      { characters: numChars },
    );
  const isCut = cut.isLonger || (maxTokens > 0 && numTokens > maxTokens);
  const end = isCut ? cut.textEnd() : numChars;
  const length = maxTokens > 0 ? Math.min(numTokens, maxTokens) : numTokens;
  const numUnread = unread.count - unread.ofLast.filter((at) => at >= end).length;
  const lacking = { kind: 'unread', count: numUnread, first: unread.first } as const;
  const notes = [...reading.notes, ...(numUnread > 0 ? [lacking] : [])];
  const done = { phase: 'tokenize', done: length, total: length, unit: 'tokens' } as const;
  onProgress?.({ ...done, ...(notes.length > 0 && { notes: notes.map(describeNote) }) });
  return {
    numTokens: length,
    numChars: end,
    isCut,
    textHash: reading.textHash,
    notes,
    checks,
    again: replay.again,
  };
}

/** Text kept behind the last token of a source that is cut: what a character can go on for. */
const lookAheadChars = 1024;
/** And before it: as much as waits for a place to be cut for the tokenizer, and what a run of flags that one stands in can take. */
const lookBackChars = 4 * 65_536;

/** Looks for where a source is cut by its limit, with no more of its text at hand than around there. */
function createCut(maxTokens: number) {
  let nearby = '';
  let start = 0;
  let end: number | undefined;
  let isLonger = false;
  return {
    /** End of the last token within the limit, once that is reached. */
    get end() {
      return end;
    },
    /** Whether anything stands behind what was tokenized when the limit was reached. */
    get isLonger() {
      return isLonger;
    },
    /** @param numBefore tokens before those that end at `charEnds`. */
    add(text: string, charEnds: Uint32Array, numBefore: number) {
      if (maxTokens === 0) return;
      isLonger ||= end !== undefined && text !== '' && charEnds.length === 0;
      if (end === undefined || start + nearby.length < end + lookAheadChars) nearby += text;
      if (end === undefined && numBefore + charEnds.length >= maxTokens)
        end = charEnds[maxTokens - 1 - numBefore];
      const tooMany = nearby.length - lookBackChars;
      if (end !== undefined || tooMany < lookBackChars) return;
      nearby = nearby.slice(tooMany);
      start += tooMany;
    },
    /** End of the character that the last token ends in, or with. */
    textEnd() {
      const last = (end ?? 0) - start;
      return start + wholeGraphemes(nearby, { start: Math.max(0, last - 1), end: last }).end;
    },
  };
}
