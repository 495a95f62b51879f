// An answer on its way to the caller, and conversations made of such answers. The same for a worker and in place.
import type { Answer, AnswerPiece, AnswerStream, AskOptions, Conversation, Found, Turn } from '../api.ts';
import type { CallChannel } from './engine-host.ts';

/** Asks once; its channel takes the pieces and cancels. */
type Ask = (channel: CallChannel, settings: Omit<AskOptions, 'signal' | 'onProgress'>) => Promise<Answer>;

/** The stream of the answer that `ask` gives; asks on first use. */
export function answerStream({ signal, onProgress, ...settings }: AskOptions, ask: Ask): AnswerStream {
  let started:
    | {
        readonly result: Promise<Answer>;
        readonly found: Promise<Found>;
        readonly pieces: ReadableStream<AnswerPiece>;
      }
    | undefined;
  const start = () => {
    if (started) return started;
    // A reader who stops early cancels the call.
    const stopped = new AbortController();
    const either = signal ? AbortSignal.any([signal, stopped.signal]) : stopped.signal;
    let give: ReadableStreamDefaultController<AnswerPiece> | undefined;
    const pieces = new ReadableStream<AnswerPiece>({
      start: (controller) => {
        give = controller;
      },
      cancel: () => {
        give = undefined; // a stream that was cancelled takes nothing more, its end neither
        stopped.abort();
      },
    });
    let onFound: (found: Found) => void = () => undefined;
    const told = new Promise<Found>((resolve) => (onFound = resolve));
    const onPiece = (text: string) => give?.enqueue({ text });
    const result = ask({ signal: either, onProgress, onPiece, onFound }, settings);
    result.then(
      () => give?.close(),
      (error: unknown) => give?.error(error),
    );
    // Whoever asks for what was found alone learns how it failed from that.
    const found = Promise.race([told, result]);
    found.catch(() => undefined);
    return (started = { result, found, pieces });
  };
  return {
    evidence: async () => (await start().found).evidence,
    found: () => start().found,
    result: () => start().result,
    [Symbol.asyncIterator]: () => readAll(start().pieces),
  };
}

/** A conversation over `ask`, which asks a document. */
export function conversationOf(ask: (question: string, options: AskOptions) => AnswerStream): Conversation {
  const turns: Turn[] = [];
  return {
    turns,
    ask: (question, options = {}) => {
      const stream = ask(question, { ...options, history: [...turns] });
      let noted = false;
      const note = (answer: Answer): Answer => {
        if (!noted) turns.push({ question, answer: answer.text });
        noted = true;
        return answer;
      };
      return {
        evidence: () => stream.evidence(),
        found: () => stream.found(),
        result: async () => note(await stream.result()),
        async *[Symbol.asyncIterator]() {
          yield* stream;
          note(await stream.result());
        },
      };
    },
  };
}

async function* readAll<T>(stream: ReadableStream<T>): AsyncGenerator<T> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
