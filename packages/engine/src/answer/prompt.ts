// The words around the gathered text: the model's own chat template, and the question under the text.
import { InvalidInputError } from '@longread/core';
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
 * @throws InvalidInputError for a system message that the template does not take
 */
export function promptTokens(
  tokenizer: Tokenizer,
  question: string,
  history: readonly Turn[] = [],
  maxHistoryTokens = 0,
  system?: string,
): PromptTokens & { readonly numTurns: number } {
  const bare = prefixTokens(tokenizer, [], system).prefix.length;
  for (let dropped = 0; ; dropped++) {
    const turns = history.slice(dropped);
    const { prefix, suffix } = prefixTokens(tokenizer, turns, system);
    if (turns.length > 0 && prefix.length - bare > maxHistoryTokens) continue;
    return { prefix, question: tokenizer.encodeText(`\n\n${question}`), suffix, numTurns: turns.length };
  }
}

function prefixTokens(
  tokenizer: Tokenizer,
  turns: readonly Turn[],
  system: string | undefined,
): Pick<PromptTokens, 'prefix' | 'suffix'> {
  const spoken = turns.flatMap(({ question, answer }) => [question, answer]);
  const texts = system === undefined ? spoken : [system, ...spoken];
  const roles = [...(system === undefined ? [] : ['system']), ...turns.flatMap(() => ['user', 'assistant'])];
  const messages = [...roles, 'user'].map((role) => ({ role, content: mark }));
  const rendered =
    system === undefined ? tokenizer.renderChat(messages).split(mark) : withSystem(tokenizer, messages);
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

/** Some templates refuse a system message, others leave it out. */
function withSystem(tokenizer: Tokenizer, messages: Parameters<Tokenizer['renderChat']>[0]): string[] {
  let cause: unknown;
  try {
    const pieces = tokenizer.renderChat(messages).split(mark);
    if (pieces.length === messages.length + 1) return pieces;
  } catch (error) {
    cause = error;
  }
  throw new InvalidInputError(
    "The model's chat template takes no system message. Say it in the question instead.",
    { setting: 'system' },
    { cause },
  );
}

/** The question as it follows the document when it is embedded. */
export function searchTokens(tokenizer: Tokenizer, question: string): Uint32Array<ArrayBuffer> {
  return Uint32Array.from(tokenizer.encodeText(`\n${question}`));
}
