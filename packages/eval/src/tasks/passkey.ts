// Pass keys and number strings (InfiniteBench, arXiv 2402.13718). Each has a name, so that one text can hold several.
import type { FactMaker } from '../facts.ts';
import type { Fresh } from '../fresh.ts';

/** Five digits, told twice. */
export const passkey: FactMaker = (fresh, count) =>
  Array.from({ length: count }, () => {
    const [name, key] = [fresh.name(), fresh.digits(5)];
    return {
      sentences: [`The pass key of ${name} is ${key}. Remember it: ${key} is the pass key of ${name}.`],
      questions: [{ question: `What is the pass key of ${name}?`, answers: [key], needs: [0] }],
    };
  });

/** Ten digits, most of them repeats of the one before, told twice. */
export const numberString: FactMaker = (fresh, count) =>
  Array.from({ length: count }, () => {
    const [name, digits] = [fresh.name(), fresh.draw(() => repeatingDigits(fresh))];
    return {
      sentences: [
        `The sequence of digits of ${name} is ${digits}. Remember it: ${digits} is the sequence of digits of ${name}.`,
      ],
      questions: [{ question: `What is the sequence of digits of ${name}?`, answers: [digits], needs: [0] }],
    };
  });

/** Runs of two to four equal digits, cut at ten; neighbouring runs differ. */
function repeatingDigits({ random }: Fresh): string {
  let digits = '';
  while (digits.length < 10) {
    const digit = String(random.below(10));
    if (!digits.endsWith(digit)) digits += digit.repeat(2 + random.below(3));
  }
  return digits.slice(0, 10);
}
