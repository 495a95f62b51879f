// Text of a document on a terminal: characters that a terminal would obey are shown instead.

/** Controls (but for tabs and line ends) and what turns the direction of writing. */
const commands = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** The same text without a command in it: each is a replacement character. */
export function shown(text: string): string {
  return text.replace(commands, (char) => (char === '\n' || char === '\t' ? char : '\ufffd'));
}
