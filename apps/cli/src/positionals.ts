// What the words of `npm run ask -- [FILE ...] ["question"]` are: files, a question, or a mistake. A mistyped file name must not
// become a question about another text.
import { descriptorNamed, explainAbsence, isThere, userPath, UsageError } from '@longread/command';
import { defaultQuestion } from '@longread/command/default-document';

export interface Positionals {
  /** As they were written, in order; none for the default document. */
  readonly files: readonly string[];
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

/** True for a word that names a file or tries to, where a question of one word could stand. */
function namesFile(word: string): boolean {
  return isFile(word) || (!/\s/.test(word) && fileEnding.test(word));
}

/** @throws UsageError */
export function readPositionals(words: readonly string[], usage: string): Positionals {
  const fail = (message: string): never => {
    throw new UsageError(message, usage);
  };
  const [first, second] = words;
  if (first === undefined) return { files: [], question: defaultQuestion };
  if (second === undefined) return { files: [], question: onlyQuestion(first, fail) };
  const files = words.slice(0, -1);
  const question = words.at(-1) ?? '';
  if (files.some((file) => file.trim() === '')) return fail('The name of the file is empty.');
  if (question.trim() === '') return fail(`The question about ${files.join(', ')} is empty.`);
  if (namesFile(question)) {
    if (words.length === 2 && !isFile(first) && !looksLikePath(first))
      return fail(`The file comes first: npm run ask -- ${question} "${first}".`);
    return fail(`Say what to ask about ${words.join(', ')}: put a question behind them, in quotes.`);
  }
  const word =
    files.length > 1 && files.find((file) => !isFile(file) && !/[\\/]/.test(file) && !fileEnding.test(file));
  if (word)
    return fail(`There is no file '${word}'. If it belongs to the question, put the question in quotes.`);
  const pipes = files.filter((file) => descriptorNamed(file) === 0);
  if (pipes.length > 1) return fail('Standard input can be read once.');
  return { files, question };
}

/** One word alone is a question about the default document. */
function onlyQuestion(word: string, fail: (message: string) => never): string {
  if (word.trim() === '') return fail('The question is empty.');
  if (isFile(word)) return fail(`Say what to ask about ${word}: put a question behind it, in quotes.`);
  if (!looksLikePath(word)) return word;
  return fail(
    `${explainAbsence(userPath(word), word, 'document')} If '${word}' was meant as a question about Moby Dick, ask it in several words ` +
      'with a question mark at the end.',
  );
}

/** The question about a stored document, which takes no files. @throws UsageError */
export function readQuestion(words: readonly string[], document: string, usage: string): string {
  const [question = '', more] = words;
  const fail = (message: string): never => {
    throw new UsageError(message, usage);
  };
  if (question.trim() === '')
    return fail(`Say what to ask about ${document}: put a question behind it, in quotes.`);
  if (more === undefined) return question;
  if (isFile(question)) return fail('Name either files or a stored document (--document), not both.');
  return fail('Too many arguments: put the question in quotes.');
}
