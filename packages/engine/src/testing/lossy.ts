// A tokenizer whose vocabulary lacks some bytes, as those of published models do.
import { createTokenizer, type Tokenizer, type TokenizerDefinition } from '@longread/formats';

/** Takes the tokens of single bytes out, and with them all that merges make of those. Bytes are those of printable ASCII or Latin-1. */
export function withoutBytes(definition: TokenizerDefinition, bytes: readonly number[]): Tokenizer {
  const { json } = definition;
  const chars = new Set(bytes.map((byte) => String.fromCharCode(byte)));
  const isWhole = (token: string): boolean => !Array.from(token).some((char) => chars.has(char));
  const vocab = Object.fromEntries(Object.entries(json.model.vocab).filter(([token]) => isWhole(token)));
  const merges = json.model.merges.filter((merge) => isWhole(merge));
  return createTokenizer({ ...definition, json: { ...json, model: { ...json.model, vocab, merges } } });
}
