// The words around the gathered text: the model's own chat template, and the question under the text.
import type { Tokenizer } from '@longread/formats';
import type { Turn } from '../api.ts';

export interface PromptTokens {
  /** Template up to the user's text. */
  readonly prefix: readonly number[];
  readonly question: readonly number[];
  /** Template from the end of the user's text on, generation prompt included. */
  readonly suffix: readonly number[];
}

/** A private-use character that no template holds marks where text goes. */
const mark = '\uf8ff';

/**
 * Document, question and earlier turns are text: special tokens in them stay text.
 * @param history earlier turns, oldest first; of these the newest that take at most `maxHistoryTokens` in all.
 */
export function promptTokens(
  tokenizer: Tokenizer,
  question: string,
  history: readonly Turn[] = [],
  maxHistoryTokens = 0,
): PromptTokens & { readonly numTurns: number } {
  const bare = prefixTokens(tokenizer, []).prefix.length;
  for (let dropped = 0; ; dropped++) {
    const turns = history.slice(dropped);
    const { prefix, suffix } = prefixTokens(tokenizer, turns);
    if (turns.length > 0 && prefix.length - bare > maxHistoryTokens) continue;
    return { prefix, question: tokenizer.encodeText(`\n\n${question}`), suffix, numTurns: turns.length };
  }
}

function prefixTokens(tokenizer: Tokenizer, turns: readonly Turn[]): Pick<PromptTokens, 'prefix' | 'suffix'> {
  const texts = turns.flatMap(({ question, answer }) => [question, answer]);
  const roles = [...turns.flatMap(() => ['user', 'assistant']), 'user'];
  const rendered = tokenizer.renderChat(roles.map((role) => ({ role, content: mark }))).split(mark);
  const after = rendered.pop() ?? '';
  const prefix = rendered.flatMap((piece, i) => {
    const text = texts[i];
    return [
      ...tokenizer.encodeTemplate(piece, i > 0),
      ...(text === undefined ? [] : tokenizer.encodeText(text)),
    ];
  });
  return { prefix, suffix: tokenizer.encodeTemplate(after, true) };
}

/** The question as it follows the document when it is embedded. */
export function searchTokens(tokenizer: Tokenizer, question: string): Uint32Array<ArrayBuffer> {
  return Uint32Array.from(tokenizer.encodeText(`\n${question}`));
}
