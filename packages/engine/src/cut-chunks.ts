// The second of two passes over a source: its tokens and text, chunk by chunk, while chunks before them are compressed. A chunk is at hand at a
// time, and what was tokenized with it.
import { InvalidInputError } from '@longread/core';
import type { Tokenizer } from '@longread/formats';
import { planChunks } from '@longread/planner';
import { readSource } from './source/source-text.ts';
import type { SurveyedSource } from './survey.ts';
import { checkOf, stretchesOf, type Stretch } from './tokenize.ts';

/** Tokens and text that follow what came before; places are in the source. */
export interface SourceChunk {
  readonly firstToken: number;
  readonly tokenIds: Uint32Array<ArrayBuffer>;
  readonly charEnds: Uint32Array<ArrayBuffer>;
  /** Up to its last token's end; the last chunk's up to the end of the source: behind its last token stands what the model cannot see. */
  readonly text: string;
}

/** How much of the source is not to be read again. */
export interface ReadSoFar {
  readonly firstToken: number;
  readonly firstChar: number;
}

/**
 * The chunks of a surveyed source that follow those that were read.
 * @throws InvalidInputError for a source that is another one by now | AbortedError | what the source throws
 */
export async function* cutChunks(
  tokenizer: Tokenizer,
  source: SurveyedSource,
  chunkSize: number,
  { firstToken, firstChar }: ReadSoFar,
  signal?: AbortSignal,
): AsyncGenerator<SourceChunk, void> {
  const plan = planChunks(source.numTokens - firstToken, chunkSize, { index: 0, firstToken });
  if (plan.length === 0) return;
  const reading = readSource(source.again(), signal);
  const stretches = stretchesOf(tokenizer, reading.pieces);
  let numStretches = 0;
  const window = createWindow(firstToken, firstChar);
  const isWhole = (token: number, char: number) => window.endToken >= token && window.endChar >= char;
  try {
    for (const { firstToken: first, numTokens } of plan) {
      const end = first + numTokens;
      const isLast = end === source.numTokens;
      while (!isWhole(end, isLast ? source.numChars : 0)) {
        const next = await stretches.next();
        if (next.done === true) throw changed();
        const check = source.checks[numStretches++];
        if (check !== undefined && check !== checkOf(next.value.text)) throw changed();
        window.add(next.value);
      }
      if (isLast) await checkEnd(source, stretches, window.endToken, window.endChar, () => reading.textHash);
      yield { firstToken: first, ...window.take(numTokens, isLast ? source.numChars : undefined) };
    }
  } finally {
    await reading.close();
  }
}

/** @throws InvalidInputError where a source that is read to its end does not end as it did when it was surveyed, or has another hash */
async function checkEnd(
  { numTokens, numChars, isCut, textHash }: SurveyedSource,
  stretches: AsyncGenerator<Stretch, void>,
  endToken: number,
  endChar: number,
  hash: () => string,
): Promise<void> {
  if (isCut) return;
  const isOver = (await stretches.next()).done === true;
  if (!isOver || endToken !== numTokens || endChar !== numChars || hash() !== textHash) throw changed();
}

function changed(): InvalidInputError {
  return new InvalidInputError(
    'The document changed while it was read: it is not the same any more from its start. Read it again.',
  );
}

/** What was read and not yet taken: tokens and text from a place on. */
function createWindow(firstToken: number, firstChar: number) {
  let ids = new Uint32Array();
  let ends = new Uint32Array();
  let text = '';
  let atToken = 0;
  let atChar = 0;
  return {
    get endToken() {
      return atToken + ids.length;
    },
    get endChar() {
      return atChar + text.length;
    },
    add(stretch: Stretch) {
      ids = joined(ids, stretch.ids);
      ends = joined(ends, stretch.charEnds);
      text += stretch.text;
      // Before what is wanted: of a reading that goes on.
      const tokens = Math.min(ids.length, Math.max(0, firstToken - atToken));
      const chars = Math.min(text.length, Math.max(0, firstChar - atChar));
      ids = ids.slice(tokens);
      ends = ends.slice(tokens);
      text = text.slice(chars);
      atToken += tokens;
      atChar += chars;
    },
    /** The next tokens with their text, up to `endChar` or to the end of the last of them. */
    take(numTokens: number, endChar = ends[numTokens - 1] ?? atChar) {
      const numChars = Math.max(0, endChar - atChar);
      const taken = {
        tokenIds: ids.slice(0, numTokens),
        charEnds: ends.slice(0, numTokens),
        text: text.slice(0, numChars),
      };
      ids = ids.slice(numTokens);
      ends = ends.slice(numTokens);
      text = text.slice(numChars);
      atToken += numTokens;
      atChar += numChars;
      return taken;
    },
  };
}

function joined(a: Uint32Array<ArrayBuffer>, b: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const all = new Uint32Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
