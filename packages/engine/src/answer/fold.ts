// The strategy fold: notes that the model takes while it reads, and answers from.
import {
  decodeMemory,
  longestChunk,
  planFold,
  resolveSampling,
  scoresByChunk,
  type ChunkPlan,
} from '@longread/planner';
import { decode } from '../decode.ts';
import { recompute } from '../recompute.ts';
import { answerTo, gatherSettings, promptPlan, recomputed } from './recomputed.ts';
import { decodeCacheFor, type Asked, type Prepared, type Question, type Strategy } from './strategy.ts';

/** Most tokens of notes: 128, or an eighth of a smaller window. */
const notesRoom = ({ context }: Question): number =>
  Math.min(128, Math.floor(context.model.config.contextLength / 8));

/**
 * The loop of MEM1, arXiv 2506.15841, by prompt alone: its policy is trained, this model never was. The document is recomputed stretch by
 * stretch; behind each the model rewrites its notes for the question, and all else is dropped. The answer comes from the notes, without
 * evidence. Needs the question before reading: all of the document is recomputed for each. A document of one stretch is asked as `full`
 * does.
 */
export const fold: Strategy = {
  check: (question) => void stretches(question, 1),
  mostTokens: (asked) => longestChunk(stretches(asked, asked.document.source.numTokens)),
  plan: (asked) => {
    const { context, document } = asked;
    const { cache, model } = context;
    const pieces = stretches(asked, document.source.numTokens);
    const isWhole = pieces.length === 1;
    const step = besides(asked) + longestChunk(pieces);
    const answer = isWhole
      ? promptPlan(asked, document.source.numTokens).numPositions
      : notesPlan(asked, notesRoom(asked)).numPositions;
    const most = Math.max(isWhole ? 0 : step, answer, cache?.capacity ?? 0);
    return [[decodeMemory(model.config, most)]];
  },
  prepare: (asked) => {
    const { numTokens } = asked.document.source;
    const pieces = stretches(asked, numTokens);
    if (pieces.length > 1) return answerFromNotes(asked, pieces);
    const positions = Uint32Array.from({ length: numTokens }, (_, i) => i);
    return recomputed(asked, () => Promise.resolve({ positions, scores: scoresByChunk(numTokens) }));
  },
};

const notesHead = 'Notes so far:\n';
const notesTail = '\n\nText:\n';
const answerHead = 'Notes on a text:\n';

function encode({ context }: Question, text: string): number[] {
  return [...context.model.tokenizer.encodeText(text)];
}

function instruction(asked: Question): number[] {
  return encode(
    asked,
    `\n\nQuestion: ${asked.question}\nRewrite the notes: keep all that they and the text say about the question, in a few short sentences.`,
  );
}

/** What a step needs beside its stretch: the notes before it, and those that it writes. */
function besides(asked: Question): number {
  const { prefix, suffix } = asked.prompt;
  const words = [...encode(asked, notesHead), ...encode(asked, notesTail), ...instruction(asked)].length;
  return prefix.length + words + suffix.length + 2 * notesRoom(asked);
}

/** @throws InvalidInputError | LimitExceededError */
function stretches(asked: Question, numTokens: number): readonly ChunkPlan[] {
  notesPlan(asked, notesRoom(asked));
  const { gatherSize } = gatherSettings(asked);
  const contextLength = asked.context.model.config.contextLength;
  return planFold({ numTokens, gatherSize, contextLength, besides: besides(asked) });
}

/** The prompt that is answered from notes. @throws LimitExceededError when it does not fit the window */
function notesPlan(asked: Question, numNotes: number) {
  return promptPlan(asked, encode(asked, answerHead).length + numNotes);
}

async function answerFromNotes(asked: Asked, pieces: readonly ChunkPlan[]): Promise<Prepared> {
  const { document, prompt, clock } = asked;
  const { numTokens } = document.source;
  let notes: readonly number[] = [];
  await clock.run(
    'gather',
    async () => {
      for (const piece of pieces) {
        notes = await rewrite(asked, piece, notes);
        asked.report('gather', piece.firstToken + piece.numTokens, numTokens);
      }
    },
    () => numTokens,
  );
  const { numPositions } = notesPlan(asked, notes.length);
  const head = encode(asked, answerHead);
  const ids = Uint32Array.from([...prompt.prefix, ...head, ...notes, ...prompt.question, ...prompt.suffix]);
  const none = { positions: new Uint32Array(), scores: scoresByChunk(0) };
  return { ...none, ...(await answerTo(asked, ids, numPositions)) };
}

/** Reads a stretch behind the notes on those before. @returns the notes with what it says */
async function rewrite(asked: Asked, piece: ChunkPlan, notes: readonly number[]): Promise<readonly number[]> {
  const { context, document, prompt, signal } = asked;
  const { gpu, transformer, model } = context;
  const { firstToken } = piece;
  const maxNewTokens = notesRoom(asked);
  const read = await document.tokens.idsOf({ start: firstToken, end: firstToken + piece.numTokens });
  const ids = Uint32Array.from([
    ...prompt.prefix,
    ...(notes.length > 0 ? [...encode(asked, notesHead), ...notes] : []),
    ...encode(asked, notesTail),
    ...read,
    ...instruction(asked),
    ...prompt.suffix,
  ]);
  const cache = await decodeCacheFor(context, ids.length + maxNewTokens);
  const during = 'gather';
  const onTokens = (done: number) =>
    asked.report(
      during,
      firstToken + Math.floor((done * piece.numTokens) / ids.length),
      document.source.numTokens,
    );
  await recompute(gpu, transformer, cache, ids, { during, signal, onTokens });
  const decoder = model.tokenizer.createDecoder();
  let text = '';
  for await (const id of decode(gpu, transformer, cache, {
    sampling: resolveSampling({}),
    maxNewTokens,
    endIds: model.tokenizer.endOfTurnIds,
    firstSlot: ids.length,
    history: ids,
    signal,
  }))
    text += decoder.push(id);
  // As text: a special token that was generated is none in the next prompt.
  return encode(asked, text + decoder.end()).slice(0, maxNewTokens);
}
