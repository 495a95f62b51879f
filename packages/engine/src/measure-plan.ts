// What heads are measured on when an engine is to measure them: made where it is asked for, since a worker is one file that brings all it
// may need, and this is needed once in a model's life.
import type { MeasureOptions } from './api.ts';
import type { MeasurePlan } from './host/measure.ts';
import { lateScript } from './late-script.ts';

const defaults = { samples: 2, tokens: 1024, seed: 1, limitMs: 300_000 };
/** Of each task in a sample. */
const numQuestions = 2;
/** Every head by itself, the best together, what these are to be followed with. */
const numSteps = 3;
/** Of made-up English a token has four letters or more, whichever the tokenizer: a sample is no longer than asked for. */
const lettersAToken = 4;

/** @throws NetworkError (the script that makes them did not come) | InvalidInputError (no room for what is hidden in them) */
export async function measurePlan(options: MeasureOptions = {}): Promise<MeasurePlan> {
  const { samples: count, tokens, seed, limitMs } = { ...defaults, ...options };
  const { headSamples } = await lateScript(() => import('@longread/eval/head-samples'));
  const samples = headSamples({
    count: numSteps * count,
    targetTokens: tokens,
    numQuestions,
    seed,
    countTokens: (text) => Math.ceil(text.length / lettersAToken),
    haystack: 'sentences',
  }).map(({ text, questions }) => ({
    text,
    questions: questions.map(({ task, question, evidence }) => ({ task, question, evidence })),
  }));
  const steps = Array.from({ length: numSteps }, (_, step) =>
    samples.slice(step * count, (step + 1) * count),
  );
  return { steps, tokens, limitMs };
}
