// The library's last step before it joins bytes, without the browser's TextEncoder: each array that one makes belongs to the browser, too, and
// stays until both heaps were collected as wholes. A million tokens left 20 to 200 MB of them.
import {
  ByteLevelPreTokenizer,
  PreTokenizer,
  SequencePreTokenizer,
  type Tokenizer as HubTokenizer,
} from '@huggingface/tokenizers';
import { byteChars } from './byte-level.ts';
import { pushUtf8 } from './utf8.ts';

/** Text as the characters that stand for its bytes. */
class ByteCharsStep extends PreTokenizer {
  pre_tokenize_text(text: string): string[] {
    const bytes: number[] = [];
    for (let at = 0; at < text.length;) {
      const codePoint = text.codePointAt(at) ?? 0;
      pushUtf8(bytes, codePoint);
      at += codePoint > 0xffff ? 2 : 1;
    }
    return [bytes.map((byte) => byteChars[byte] ?? '').join('')];
  }
}

/** Puts it in the place of the library's own, which a definition has with neither a prefix nor a pattern (preTokenizerJson). */
export function withoutEncoder(hub: HubTokenizer): HubTokenizer {
  const steps = hub.pre_tokenizer;
  if (steps instanceof SequencePreTokenizer)
    steps.tokenizers = steps.tokenizers.map((step) =>
      step instanceof ByteLevelPreTokenizer ? new ByteCharsStep() : step,
    );
  return hub;
}
