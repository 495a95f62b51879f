// What the words of `npm run ask -- [FILE] ["question"]` are: a file, a question, or a mistake. A mistyped file name must not
import { descriptorNamed, explainAbsence, isThere, userPath, UsageError } from '@longread/command';
import { defaultQuestion } from '@longread/command/default-document';
// become a question about another text.

export interface Positionals {
  /** As it was written; undefined for the default document. */
  readonly file: string | undefined;
  readonly question: string;
}

/** Endings of files that people read, or try to. */
const fileEnding =
  /\.(?:txt|text|md|markdown|rst|org|tex|log|csv|tsv|jsonl?|xml|ya?ml|html?|pdf|docx?|odt|rtf|epub|mobi|azw3|srt|vtt|eml|mbox|zip|gz|gguf|safetensors)$/i;

/**
 * True for a word that a person would not ask: a path, a file's name, or one plain word. A question of several words may hold a
 * slash when it ends with a question mark.
 */
export function looksLikePath(word: string): boolean {
  const text = word.trim();
  const isAsked = /[?？؟]$/.test(text);
  if (isAsked && /\s/.test(text)) return false;
  if (/[\\/]/.test(text) || text.startsWith('~') || fileEnding.test(text)) return true;
  return !isAsked && /^[\x21-\x7e]+$/.test(text);
}

function isFile(word: string): boolean {
  return descriptorNamed(word) !== undefined || isThere(userPath(word));
}

/** @throws UsageError */
export function readPositionals(words: readonly string[], usage: string): Positionals {
  const fail = (message: string): never => {
    throw new UsageError(message, usage);
  };
  const [first, second, third] = words;
  if (first === undefined) return { file: undefined, question: defaultQuestion };
  if (second === undefined) {
    if (first.trim() === '') return fail('The question is empty.');
    if (isFile(first)) return fail(`Say what to ask about ${first}: put a question behind it, in quotes.`);
    if (!looksLikePath(first)) return { file: undefined, question: first };
    return fail(
      `${explainAbsence(userPath(first), first, 'document')} If '${first}' was meant as a question about Moby Dick, ask it in several words ` +
        'with a question mark at the end.',
    );
  }
  if (first.trim() === '') return fail('The name of the file is empty.');
  if (second.trim() === '') return fail(`The question about ${first} is empty.`);
  const isSecondFile = isFile(second) || (!/\s/.test(second) && fileEnding.test(second));
  if (isSecondFile && !isFile(first) && !looksLikePath(first))
    return fail(`The file comes first: npm run ask -- ${second} "${first}".`);
  if (isSecondFile)
    return fail(`One file is read at a time: ask about ${first} and ${second} one after the other.`);
  if (third !== undefined) return fail('Too many arguments: put the question in quotes.');
  return { file: first, question: second };
}
