// A stretch of a novel, and questions that people wrote about it.
import { InvalidInputError } from '@longread/core';
import { textSentences } from '../filler.ts';
import { collectHay } from '../hay.ts';
import { maxNewTokensOf } from '../tasks.ts';
import type { CountTokens, EvalDocument, EvalQuestion, TextRange } from '../types.ts';

/** A question of a reader. */
export interface NovelQuestion {
  readonly question: string;
  /** Any of them is right. */
  readonly answers: readonly string[];
  /** Word for word what tells the answer: stands exactly once in the novel. More than one where the answer needs them all. */
  readonly evidence: readonly string[];
}

/** A question with one answer or several ways to give it, and the quotes that tell it. */
export function asked(
  question: string,
  answers: string | readonly string[],
  ...evidence: string[]
): NovelQuestion {
  return { question, answers: typeof answers === 'string' ? [answers] : answers, evidence };
}

export interface NovelOptions {
  /** Names the stretch: its book and where it begins. */
  readonly id: string;
  /** From where the document begins. */
  readonly text: string;
  readonly questions: readonly NovelQuestion[];
  readonly countTokens: CountTokens;
  readonly targetTokens: number;
}

/**
 * The text's first sentences, as many as fit, with the questions whose evidence stands in them.
 *
 * @throws InvalidInputError for a text that is too short, or evidence that stands in it twice.
 */
export function novelDocument(options: NovelOptions): EvalDocument {
  const { id: name, targetTokens, countTokens } = options;
  const hay = collectHay(textSentences(options.text), options, 0);
  const text = hay.sentences.join('');
  const id = `${name}-${targetTokens}`;
  const sentences = rangesOf(hay.sentences);
  const questions = options.questions.flatMap(({ question, answers, evidence: snippets }) => {
    const found = snippets.map((snippet) => findOnce(text, snippet));
    const evidence = found.filter((range) => range !== undefined);
    if (evidence.length < found.length) return [];
    return [{ question, answers, evidence, passage: passageOf(text, sentences, evidence) }];
  });
  return {
    id,
    kind: 'novel',
    text,
    numTokens: countTokens(text),
    questions: questions.map((question, i): EvalQuestion => ({
      task: 'novel',
      id: `${id}/novel/${i}`,
      ...question,
      maxNewTokens: maxNewTokensOf('novel'),
    })),
  };
}

function findOnce(text: string, snippet: string): TextRange | undefined {
  const start = text.indexOf(snippet);
  if (start === -1) return undefined;
  if (text.includes(snippet, start + 1)) {
    throw new InvalidInputError(`"${snippet}" stands in the text twice. Quote more of the sentence.`);
  }
  return { start, end: start + snippet.length };
}

function rangesOf(sentences: readonly string[]): TextRange[] {
  let end = 0;
  return sentences.map((sentence) => {
    const start = end;
    end += sentence.length;
    return { start, end };
  });
}

/** The sentences that the evidence touches and one on each side, in order, each once. */
function passageOf(text: string, sentences: readonly TextRange[], evidence: readonly TextRange[]): string {
  const touches = (at: number) => {
    const sentence = sentences[at];
    return (
      sentence !== undefined &&
      evidence.some(({ start, end }) => start < sentence.end && sentence.start < end)
    );
  };
  const near = sentences.filter((_, i) => touches(i - 1) || touches(i) || touches(i + 1));
  return near
    .map(({ start, end }) => text.slice(start, end))
    .join('')
    .trim();
}
