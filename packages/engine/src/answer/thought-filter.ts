// What a model thinks before it answers, apart from its answer: both come as one text, with marks around the thought that the model writes,
// or whose first one its chat template wrote.

/** What stands before a thought and behind it, by family. */
const allMarks = [
  ['<think>', '</think>'],
  ['<|channel>thought', '<channel|>'], // Gemma 4
] as const;

/** Whether a rendered prompt ends within a thought. */
export function opensThought(prompt: string): boolean {
  return allMarks.some(([mark]) => prompt.trimEnd().endsWith(mark));
}

export interface ThoughtFilter {
  /** As far as it has come; undefined without any. */
  readonly thought: string | undefined;
  /** @returns what of the text so far belongs to the answer and was not returned yet */
  push(piece: string): string;
  /** The same at the end of the text. */
  end(): string;
}

/** @param isOpen whether the text begins within a thought. */
export function createThoughtFilter(isOpen: boolean): ThoughtFilter {
  let state: 'beginning' | 'thought' | 'behind' | 'answer' = isOpen ? 'thought' : 'beginning';
  /** Of the beginning, or of the thought. */
  let held = '';
  let thought = '';
  /** Of the thought, where its beginning was seen; else any ends it. */
  let endMarks: readonly string[] = allMarks.map(([, endMark]) => endMark);
  const answer = (text: string): string => {
    state = 'answer';
    held = '';
    return text;
  };
  const push = (piece: string): string => {
    if (state === 'answer') return piece;
    held += piece;
    if (state === 'beginning') {
      const begun = held.trimStart();
      if (allMarks.some(([mark]) => begun.length < mark.length && mark.startsWith(begun))) return '';
      const marks = allMarks.find(([mark]) => begun.startsWith(mark));
      if (marks === undefined) return answer(held);
      held = begun.slice(marks[0].length);
      endMarks = [marks[1]];
      state = 'thought';
    }
    if (state === 'thought') {
      const found = endMarks
        .map((endMark) => ({ at: held.indexOf(endMark), length: endMark.length }))
        .filter(({ at }) => at >= 0)
        .sort((a, b) => a.at - b.at)[0];
      if (found === undefined) return '';
      thought = held.slice(0, found.at);
      held = held.slice(found.at + found.length);
      state = 'behind';
    }
    const begun = held.trimStart();
    return begun === '' ? '' : answer(begun);
  };
  return {
    get thought() {
      const text = (state === 'thought' ? held : thought).trim();
      return text === '' ? undefined : text;
    },
    push,
    end: () => (state === 'beginning' ? answer(held) : ''),
  };
}
