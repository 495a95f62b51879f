// The pieces of an answer on their way out. An answer that starts again after a lost device sends only what was not sent yet.
import { DeviceLostError } from '@longread/core';

export interface Pieces {
  /** Begins an attempt; what it gives takes the attempt's pieces, and throws DeviceLostError where they differ from what was sent. */
  start(): (piece: string) => void;
}

export function createPieces(send: ((piece: string) => void) | undefined): Pieces {
  let sent = '';
  return {
    start: () => {
      let text = '';
      return (piece) => {
        text += piece;
        const isSame = text.length < sent.length ? sent.startsWith(text) : text.startsWith(sent);
        if (!isSame) {
          throw new DeviceLostError(
            `The GPU device was lost after ${sent.length} characters of the answer, and the device that replaced it answers ` +
              'differently. The document is whole; ask again.',
            { sentChars: sent.length },
          );
        }
        if (text.length <= sent.length) return;
        send?.(text.slice(sent.length));
        sent = text;
      };
    },
  };
}
