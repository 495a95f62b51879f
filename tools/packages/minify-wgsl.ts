// WGSL without its comments and without the white space that separates nothing. Names stay, and lines that end a statement: a
// compiler's message still points at something short.

/** Of names and numbers, a number's point too. */
const word = /[\p{ID_Continue}_.]/u;
/** Two of these in a row may be another token together: `- -x` is not `--x`, `> =` is not `>=`. */
const operator = /[-+*/%&|^=<>!:~]/;

/** The same tokens in the same order. Block comments nest, as in the language. */
export function minifyWgsl(source: string): string {
  let text = '';
  let gap = '';
  for (let at = 0; at < source.length;) {
    const end = endOfGap(source, at);
    if (end > at) {
      // A line's end stays where one was, the rest is one space.
      gap = gap === '\n' || source.slice(at, end).includes('\n') ? '\n' : ' ';
      at = end;
      continue;
    }
    const next = source.slice(at, at + 1);
    if (gap !== '' && text !== '' && needsGap(text.slice(-1), next, gap)) text += gap;
    gap = '';
    text += next;
    at++;
  }
  return text === '' ? '' : `${text}\n`;
}

function needsGap(before: string, after: string, gap: string): boolean {
  if (gap === '\n' && /[;{}]/.test(before)) return true;
  if (word.test(before)) return word.test(after);
  return operator.test(before) && operator.test(after);
}

/** Where the white space and the comment end that begin at `at`; `at` itself where there are none. */
function endOfGap(source: string, at: number): number {
  if (/\s/u.test(source.slice(at, at + 1))) return at + 1;
  if (source.startsWith('//', at)) {
    const end = source.indexOf('\n', at);
    return end < 0 ? source.length : end;
  }
  if (!source.startsWith('/*', at)) return at;
  let depth = 0;
  for (let i = at; i < source.length; i++) {
    if (source.startsWith('/*', i)) depth++;
    else if (source.startsWith('*/', i)) depth--;
    else continue;
    i++;
    if (depth === 0) return i + 1;
  }
  throw new SyntaxError(`A comment that begins at character ${at} does not end.`);
}
