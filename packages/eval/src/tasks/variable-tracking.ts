// Variable tracking (RULER vt, arXiv 2404.06654): a value is passed on from name to name, and all its names are wanted.
import type { FactMaker } from '../facts.ts';

const numHops = 4;

/** Chains of one assignment and four hops, names of five capital letters. Without the worked example of RULER's prompt. */
export const variableTracking: FactMaker = (fresh, count) =>
  Array.from({ length: count }, () => {
    const names = Array.from({ length: numHops + 1 }, () => fresh.letters(5));
    const value = fresh.digits(5);
    return {
      sentences: names.map((name, i) => `VAR ${name} = ${i === 0 ? value : `VAR ${names[i - 1] ?? ''}`}.`),
      questions: [
        {
          question: `Which variables hold the value ${value}, assigned directly or passed on from another? Name all ${names.length}.`,
          answers: names,
          needs: names.map((_, i) => i),
        },
      ],
    };
  });
