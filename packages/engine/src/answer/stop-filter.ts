// Text of an answer on its way to the reader: held back as far as a stop string could begin in it, cut where one is found.
import { InvalidInputError } from '@longread/core';

export interface StopFilter {
  readonly text: string;
  readonly stopped: boolean;
  /** Passes text on as far as no stop string can begin in it; true once one was found. */
  push(piece: string): boolean;
  end(): void;
}

/** @throws InvalidInputError for an empty stop string */
export function createStopFilter(
  stops: readonly string[],
  onPiece: ((text: string) => void) | undefined,
): StopFilter {
  if (stops.includes('')) {
    throw new InvalidInputError('A stop string is empty. Leave it out, or name the text to stop before.');
  }
  const longest = Math.max(0, ...stops.map((stop) => stop.length));
  let text = '';
  let sent = 0;
  let stopped = false;
  const send = (end: number) => {
    if (end <= sent) return;
    onPiece?.(text.slice(sent, end));
    sent = end;
  };
  return {
    get text() {
      return text;
    },
    get stopped() {
      return stopped;
    },
    push: (piece) => {
      if (stopped) return true;
      text += piece;
      const at = Math.min(
        ...stops.map((stop) => text.indexOf(stop, Math.max(0, sent - longest))).filter((i) => i >= 0),
      );
      if (Number.isFinite(at)) {
        text = text.slice(0, at);
        stopped = true;
      }
      send(stopped ? text.length : text.length - Math.max(0, longest - 1));
      return stopped;
    },
    end: () => send(text.length),
  };
}
