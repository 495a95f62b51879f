// What a model thinks before it answers, apart from its answer: both come as one text, with marks around the thought that the model writes,
// or whose first one its chat template wrote.

const [mark, endMark] = ['<think>', '</think>'];

/** Whether a rendered prompt ends within a thought. */
export function opensThought(prompt: string): boolean {
  return prompt.trimEnd().endsWith(mark);
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
      if (begun.length < mark.length && mark.startsWith(begun)) return '';
      if (!begun.startsWith(mark)) return answer(held);
      held = begun.slice(mark.length);
      state = 'thought';
    }
    if (state === 'thought') {
      const end = held.indexOf(endMark);
      if (end < 0) return '';
      thought = held.slice(0, end);
      held = held.slice(end + endMark.length);
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
