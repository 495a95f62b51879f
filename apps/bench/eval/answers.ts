// The answers of an evaluation, a line of JSON each: written as they come, read again by a run that goes on and by the report.
import { InvalidInputError } from '@longread/core';
import type { TaskName } from '@longread/eval';
import { addJsonLine, readLines } from '../command/results/json-lines.ts';

export interface EvalAnswer {
  /** As `reform` or `reform/standardised`; `ceiling` for the clean passage, read in full. */
  readonly strategy: string;
  /** Layers that reading ran: a preset's name once there are several. */
  readonly preset: string;
  readonly task: TaskName;
  /** Tokens that the document was made for. */
  readonly length: number;
  readonly gather: number;
  readonly document: string;
  /** The question's id. */
  readonly sample: string;
  /** Where in the document its evidence begins, 0..1; absent in answers that were kept before it was. */
  readonly depth?: number;
  /** Share of the evidence gathered, and whether all of it was; null where a strategy chooses no tokens. */
  readonly recall: number | null;
  readonly hasAll: boolean | null;
  /** Score of the answer, 0..1; null where only passages were asked for. */
  readonly correct: number | null;
  readonly answer: string;
  readonly seconds: number;
  readonly gpuBytesPeak: number;
  readonly adapter: string;
  readonly commit: string;
  readonly date: string;
}

/** What makes two answers the same. Passages alone are another thing than an answer. */
export function keyOf(
  answer: Pick<EvalAnswer, 'strategy' | 'length' | 'gather' | 'sample' | 'correct'>,
): string {
  const { strategy, length, gather, sample, correct } = answer;
  return [strategy, length, gather, sample, correct === null ? 'passages' : 'answer'].join('|');
}

/**
 * All answers of a file, each once: of what was brought home twice, the later. None where it is absent. A last line that was cut is
 * dropped.
 * @throws InvalidInputError for a line that is no answer
 */
export async function readAnswers(path: string): Promise<EvalAnswer[]> {
  const lines = await readLines(path);
  const answers = lines.flatMap((line, i) => (line === '' ? [] : [parseAnswer(line, path, i + 1)]));
  return [...new Map(answers.map((answer) => [keyOf(answer), answer])).values()];
}

function parseAnswer(line: string, path: string, number: number): EvalAnswer {
  try {
    const answer = JSON.parse(line) as Partial<EvalAnswer>;
    if (typeof answer.strategy === 'string' && typeof answer.sample === 'string') return answer as EvalAnswer;
  } catch {
    // said below
  }
  throw new InvalidInputError(
    `Line ${number} of ${path} is no answer of an evaluation. Name another file with --out, or delete this one.`,
    { line: number },
  );
}

export const addAnswer: (path: string, answer: EvalAnswer) => Promise<void> = addJsonLine;
