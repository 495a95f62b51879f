// Stage 2, tokenize: any source becomes token ids with their ends in the source, its text, and a hash that tells sources apart.
import { describeNote, InvalidInputError, type SourceNote } from '@longread/core';
import { encodeStream, type Tokenizer } from '@longread/formats';
import { wholeGraphemes } from '@longread/planner';
import type { CallOptions, DocumentSource } from './api.ts';
import { createBreath } from './breath.ts';
import { readSource } from './source/source-text.ts';

export interface TokenizedSource {
  readonly ids: Uint32Array<ArrayBuffer>;
  /** End of each token in UTF-16 code units of the source. */
  readonly charEnds: Uint32Array<ArrayBuffer>;
  /** The source as it was given, up to its end or, where `maxTokens` cut it, to the end of the last token's last character. */
  readonly text: string;
  /** Identity of the whole source, hex, whatever `maxTokens` is (core: `SourcePart.textHash`). */
  readonly sourceHash: string;
  readonly notes: readonly SourceNote[];
}

export interface TokenizeOptions extends CallOptions {
  /** 0 is no limit. */
  readonly maxTokens: number;
}

/** Text kept behind the last token of a source that is cut: what a character can go on for. */
const lookAheadChars = 1024;

const byteOrderMark = '\ufeff';

/**
 * Reads and tokenizes a source. Special tokens in it stay text; a byte-order mark at its start counts as a character and is not the
 * model's to see. The source is closed, however this ends, once it was begun.
 * @throws InvalidInputError for a source that is empty, no text, or none that the model can read | AbortedError | what the source throws
 */
export async function tokenize(
  tokenizer: Tokenizer,
  source: DocumentSource,
  { maxTokens, signal, onProgress }: TokenizeOptions,
): Promise<TokenizedSource> {
  const reading = readSource(source, signal);
  const breathe = createBreath(signal, 'tokenize');
  let text = '';
  let isEnough = false;
  let isCut = false;
  let numMarks = 0;
  async function* toEncode(): AsyncGenerator<string> {
    // Not `for await`: what is behind the limit still counts for the hash.
    for (let next = await reading.pieces.next(); next.done !== true; next = await reading.pieces.next()) {
      await breathe();
      numMarks = text === '' && next.value.startsWith(byteOrderMark) ? 1 : numMarks;
      yield text === '' ? next.value.slice(numMarks) : next.value;
      text += next.value;
      if (isEnough) return;
    }
  }
  const ids = new Uint32List();
  const charEnds = new Uint32List();
  const unread = { count: 0, first: 0, ofLast: [] as readonly number[] };
  try {
    await breathe();
    for await (const spans of encodeStream(tokenizer, toEncode())) {
      ids.push(spans.ids);
      charEnds.push(spans.charEnds.map((end) => end + numMarks));
      const lacking = spans.unread.map((at) => at + numMarks);
      if (unread.count === 0) unread.first = lacking[0] ?? 0;
      unread.count += lacking.length;
      unread.ofLast = isEnough ? [...unread.ofLast, ...lacking] : lacking;
      onProgress?.({ phase: 'tokenize', done: ids.length, total: 0, unit: 'tokens' });
      isEnough = maxTokens > 0 && ids.length >= maxTokens;
      await breathe();
    }
    const end = charEnds.at(Math.min(ids.length, maxTokens) - 1);
    for (let rest = await reading.pieces.next(); rest.done !== true; rest = await reading.pieces.next()) {
      await breathe();
      isCut = true;
      if (text.length < end + lookAheadChars) text += rest.value;
    }
  } finally {
    await reading.close();
  }
  if (text.slice(numMarks).trim() === '')
    throw new InvalidInputError('The document is empty: it holds no text. Choose one with text in it.');
  if (ids.length === 0)
    throw new InvalidInputError(
      `The model can read none of the document's ${text.length} characters: its vocabulary lacks them. Use another model.`,
      { characters: text.length },
    );
  const length = maxTokens > 0 ? Math.min(ids.length, maxTokens) : ids.length;
  isCut ||= length < ids.length;
  const lastEnd = charEnds.at(length - 1);
  const lastChar = { start: Math.max(0, lastEnd - 1), end: lastEnd };
  const textEnd = isCut ? wholeGraphemes(text, lastChar).end : text.length;
  const numUnread = unread.count - unread.ofLast.filter((at) => at >= textEnd).length;
  const lacking = { kind: 'unread', count: numUnread, first: unread.first } as const;
  const notes = [...reading.notes, ...(numUnread > 0 ? [lacking] : [])];
  const done = { phase: 'tokenize', done: length, total: length, unit: 'tokens' } as const;
  onProgress?.({ ...done, ...(notes.length > 0 && { notes: notes.map(describeNote) }) });
  return {
    ids: ids.slice(length),
    charEnds: charEnds.slice(length),
    text: text.slice(0, textEnd),
    sourceHash: reading.textHash,
    notes,
  };
}

/** Tokens of a text as those of a document. @throws InvalidInputError (no text) | AbortedError */
export async function countTokens(
  tokenizer: Tokenizer,
  text: string,
  signal: AbortSignal | undefined,
): Promise<number> {
  // Callers may come from untyped code, where anything arrives here.
  if (typeof text !== 'string')
    throw new InvalidInputError('What is to be counted is no text. Give a string.');
  const breathe = createBreath(signal, 'tokenize');
  async function* pieces(): AsyncGenerator<string> {
    await breathe();
    yield text.startsWith(byteOrderMark) ? text.slice(1) : text;
  }
  let count = 0;
  for await (const { ids } of encodeStream(tokenizer, pieces())) {
    count += ids.length;
    await breathe();
  }
  return count;
}

/** A growing Uint32Array. */
class Uint32List {
  #values = new Uint32Array(4096);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** 0 before the first. */
  at(index: number): number {
    return index < 0 ? 0 : (this.#values[index] ?? 0);
  }

  push(values: Uint32Array): void {
    const needed = this.#length + values.length;
    if (needed > this.#values.length) {
      const larger = new Uint32Array(Math.max(needed, 2 * this.#values.length));
      larger.set(this.#values.subarray(0, this.#length));
      this.#values = larger;
    }
    this.#values.set(values, this.#length);
    this.#length = needed;
  }

  slice(length: number): Uint32Array<ArrayBuffer> {
    return this.#values.slice(0, length);
  }
}
