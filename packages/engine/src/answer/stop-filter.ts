// Text of an answer on its way to the reader: held back as far as it may have to be cut, cut where a stop string is found or where the
// answer says a sentence again.
import { InvalidInputError } from '@longread/core';
import { sentenceStarts } from '@longread/planner';

export interface StopFilter {
  /** What is left of what was pushed; whole once it ended. */
  readonly text: string;
  /** Why it was cut; undefined while it was not. */
  readonly cut: 'stop' | 'repetition' | undefined;
  /** Passes text on as far as it cannot be cut any more; true once it was cut. */
  push(piece: string): boolean;
  end(): void;
}

/** Characters of a sentence that is not said twice; shorter ones may be. */
const minRepeated = 16;

/** The end of a sentence: a mark, and what closes behind it. */
const marked = /[.!?…。！？]["'”’»)\]]*$/;

/**
 * @param stops the text ends before the first of these.
 * @param endsRepetition whether it ends before a sentence that it has already, mark included; of lines without a mark the line's end
 * counts as one.
 * @throws InvalidInputError for an empty stop string
 */
export function createStopFilter(
  stops: readonly string[],
  endsRepetition: boolean,
  onPiece: ((text: string) => void) | undefined,
): StopFilter {
  if (stops.includes('')) {
    throw new InvalidInputError('A stop string is empty. Leave it out, or name the text to stop before.');
  }
  /** Whole sentences so far. */
  const said: string[] = [];
  let text = '';
  let sent = 0;
  /** Where the sentence begins that is not whole yet. */
  let sentence = 0;
  let cut: StopFilter['cut'];

  const send = (end: number) => {
    if (end <= sent) return;
    onPiece?.(text.slice(sent, end));
    sent = end;
  };
  const noteSentences = () => {
    const starts = sentenceStarts(text.slice(sentence)).map((start) => sentence + start);
    for (const start of starts) {
      const whole = text.slice(sentence, start);
      const bare = whole.trim();
      if (bare.length >= minRepeated) {
        if (marked.test(bare)) said.push(bare);
        else if (whole.includes('\n', whole.trimEnd().length)) said.push(`${bare}\n`);
      }
      sentence = start;
    }
  };
  /** Where any of them begins in what was not passed on. */
  const find = (wanted: readonly string[]): number =>
    Math.min(...wanted.map((one) => text.indexOf(one, sent)).filter((at) => at >= 0));
  /** Characters at the end that one of them may begin with. */
  const begun = (wanted: readonly string[]): number => {
    let longest = 0;
    for (const one of wanted) {
      const most = Math.min(one.length - 1, text.length - sent);
      for (let length = most; length > longest; length--)
        if (text.endsWith(one.slice(0, length))) longest = length;
    }
    return longest;
  };

  return {
    get text() {
      return text;
    },
    get cut() {
      return cut;
    },
    push: (piece) => {
      if (cut !== undefined) return true;
      text += piece;
      const stopAt = find(stops);
      const repeatAt = find(said);
      const at = Math.min(stopAt, repeatAt);
      if (at < Infinity) {
        cut = stopAt <= repeatAt ? 'stop' : 'repetition';
        text = text.slice(0, at);
        send(text.length);
        return true;
      }
      // What is held back already was compared with the sentences before it; the newest is compared with what comes.
      if (endsRepetition) noteSentences();
      send(text.length - begun([...stops, ...said]));
      return false;
    },
    end: () => send(text.length),
  };
}
