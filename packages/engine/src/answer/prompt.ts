// The words around the gathered text: the model's own chat template, and the question under the text.
import { InvalidInputError } from '@longread/core';
import type { Tokenizer } from '@longread/formats';
import type { Turn } from '../api.ts';
import { opensThought } from './thought-filter.ts';

export interface PromptTokens {
  /** Template up to the user's text. */
  readonly prefix: readonly number[];
  readonly question: readonly number[];
  /** Template from the end of the user's text on, generation prompt included. */
  readonly suffix: readonly number[];
  /** Whether the suffix begins a thought, which the model goes on with. */
  readonly opensThought: boolean;
}

/** What stands around a question. */
export interface PromptOptions {
  /** Earlier turns, oldest first; of these the newest that take at most `maxHistoryTokens` in all, which is 0 by default. */
  readonly history?: readonly Turn[] | undefined;
  readonly maxHistoryTokens?: number;
  readonly system?: string | undefined;
  /** Whether the model is to think before it answers, if it can. */
  readonly thinking?: boolean | undefined;
}

/** A private-use character that no template holds marks where text goes. */
const mark = '\uf8ff';

/**
 * Document, question and earlier turns are text: special tokens in them stay text.
 * @throws InvalidInputError for a system message that the template does not take
 */
export function promptTokens(
  tokenizer: Tokenizer,
  question: string,
  { history = [], maxHistoryTokens = 0, system, thinking = false }: PromptOptions = {},
): PromptTokens & { readonly numTurns: number } {
  const bare = prefixTokens(tokenizer, [], system, thinking).prefix.length;
  for (let dropped = 0; ; dropped++) {
    const turns = history.slice(dropped);
    const { prefix, ...around } = prefixTokens(tokenizer, turns, system, thinking);
    if (turns.length > 0 && prefix.length - bare > maxHistoryTokens) continue;
    return { prefix, question: tokenizer.encodeText(`\n\n${question}`), ...around, numTurns: turns.length };
  }
}

function prefixTokens(
  tokenizer: Tokenizer,
  turns: readonly Turn[],
  system: string | undefined,
  thinking: boolean,
): Omit<PromptTokens, 'question'> {
  const spoken = turns.flatMap(({ question, answer }) => [question, answer]);
  const texts = system === undefined ? spoken : [system, ...spoken];
  const roles = [...(system === undefined ? [] : ['system']), ...turns.flatMap(() => ['user', 'assistant'])];
  const messages = [...roles, 'user'].map((role) => ({ role, content: mark }));
  const rendered =
    system === undefined
      ? tokenizer.renderChat(messages, thinking).split(mark)
      : withSystem(tokenizer, messages, thinking);
  const after = rendered.pop() ?? '';
  const prefix = rendered.flatMap((piece, i) => {
    const text = texts[i];
    return [
      ...tokenizer.encodeTemplate(piece, i > 0),
      ...(text === undefined ? [] : tokenizer.encodeText(text)),
    ];
  });
  return { prefix, suffix: tokenizer.encodeTemplate(after, true), opensThought: opensThought(after) };
}

/** Some templates refuse a system message, others leave it out. */
function withSystem(
  tokenizer: Tokenizer,
  messages: Parameters<Tokenizer['renderChat']>[0],
  thinking: boolean,
): string[] {
  let cause: unknown;
  try {
    const pieces = tokenizer.renderChat(messages, thinking).split(mark);
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
