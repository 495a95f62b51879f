// The words around the gathered text: the model's own chat template, and the question under the text.
import type { Tokenizer } from '@longread/formats';

export interface PromptTokens {
  /** Template up to the user's text. */
  readonly prefix: readonly number[];
  readonly question: readonly number[];
  /** Template from the end of the user's text on, generation prompt included. */
  readonly suffix: readonly number[];
}

/** A private-use character that no template holds marks where the user's text goes. */
const mark = '\uf8ff';

/** Document and question are text: special tokens in them stay text. */
export function promptTokens(tokenizer: Tokenizer, question: string): PromptTokens {
  const [before = '', after = ''] = tokenizer.renderChat([{ role: 'user', content: mark }]).split(mark);
  return {
    prefix: tokenizer.encodeTemplate(before),
    question: tokenizer.encodeText(`\n\n${question}`),
    suffix: tokenizer.encodeTemplate(after),
  };
}

/** The question as it follows the document when it is embedded. */
export function searchTokens(tokenizer: Tokenizer, question: string): Uint32Array<ArrayBuffer> {
  return Uint32Array.from(tokenizer.encodeText(`\n${question}`));
}
