// The strategy chunks: every stretch of the document is asked on its own, and the surest answers.
import {
  longestChunk,
  planChunks,
  resolveSampling,
  scoresByChunk,
  type ChunkPlan,
  type ChunkReply,
} from '@longread/planner';
import { decode } from '../decode.ts';
import { lateScript } from '../late-script.ts';
import { recompute } from '../recompute.ts';
import { decodePhase, gatherSettings, promptOf, recomputed, type Selection } from './recomputed.ts';
import {
  decodeCacheFor,
  type Asked,
  type DocumentQuestion,
  type Question,
  type Strategy,
} from './strategy.ts';

const compared = () => lateScript(() => import('./compared.ts'));

/** How an answer begins that says that there is none. */
const refusal = 'Not in this text';

/**
 * OPRM, arXiv 2505.07793, there for recurrent models: chunks of `gatherSize` tokens are recomputed with the question one by one, those
 * that answer that they do not say are dropped, and decoding goes on from the one whose first token has least entropy. Needs the
 * question before reading: all of the document is recomputed for each. A document of one chunk is asked as `full` does.
 */
export const chunks: Strategy = {
  check: (question) => void gatherSettings(instructed(question)),
  mostTokens: (asked) => longestChunk(piecesOf(asked).pieces),
  plan: (asked) => {
    const { of, pieces } = piecesOf(asked);
    return [decodePhase(of, longestChunk(pieces))];
  },
  prepare: (asked) => {
    const { of, pieces } = piecesOf(asked);
    return recomputed(of, () => select(of, pieces));
  },
};

/** The question with what to say to a text that has no answer. */
function instructed<Q extends Question>(question: Q): Q {
  const text = `\n\n${question.question}\nIf the text above does not say, answer "${refusal}".`;
  const tokens = question.context.model.tokenizer.encodeText(text);
  return { ...question, prompt: { ...question.prompt, question: tokens } };
}

/** As few chunks of at most `gatherSize` tokens as there can be, of about the same length; and what each is asked. */
function piecesOf<A extends DocumentQuestion>(
  asked: A,
): { readonly of: A; readonly pieces: readonly ChunkPlan[] } {
  const { numTokens } = asked.document.source;
  if (numTokens <= gatherSettings(asked).gatherSize)
    return { of: asked, pieces: planChunks(numTokens, numTokens) };
  const of = instructed(asked);
  const count = Math.ceil(numTokens / gatherSettings(of).gatherSize);
  return { of, pieces: planChunks(numTokens, Math.ceil(numTokens / count)) };
}

async function select(asked: Asked, pieces: readonly ChunkPlan[]): Promise<Selection> {
  const { numTokens } = asked.document.source;
  const replies: ChunkReply[] = [];
  if (pieces.length > 1) {
    for (const piece of pieces) {
      const reply = await replyTo(asked, piece);
      replies.push(reply);
    }
  }
  const { planChunkChoice } = await compared();
  const chosen = pieces[planChunkChoice(replies)];
  const scores = replies.length > 0 ? Float32Array.from(replies, ({ entropy }) => -entropy) : undefined;
  return {
    positions: chosen ? positionsOf(chosen) : new Uint32Array(),
    scores: scoresByChunk(numTokens, pieces[0]?.numTokens, scores),
  };
}

/** Prefills one chunk with the question. */
async function replyTo(asked: Asked, piece: ChunkPlan): Promise<ChunkReply> {
  const { context, maxNewTokens, signal } = asked;
  const { gpu, transformer, model } = context;
  const { numTokens } = asked.document.source;
  const { ids, plan } = await promptOf(asked, positionsOf(piece));
  const cache = await decodeCacheFor(context, plan.numPositions);
  const during = 'gather';
  const onTokens = (done: number) =>
    asked.report(during, piece.firstToken + Math.floor((done * piece.numTokens) / ids.length), numTokens);
  await recompute(gpu, transformer, cache, ids, { during, signal, onTokens });
  const { logits } = transformer.activations;
  const bytes = 4 * transformer.config.vocabSize;
  const { entropyOf } = await compared();
  const entropy = entropyOf(new Float32Array(await gpu.recorder.read(logits, 0, bytes, { during, signal })));

  const wanted = model.tokenizer.encodeText(refusal).slice(0, maxNewTokens);
  let numSaid = 0;
  for await (const id of decode(gpu, transformer, cache, {
    sampling: resolveSampling({}),
    maxNewTokens: wanted.length,
    endIds: model.tokenizer.endOfTurnIds,
    firstSlot: ids.length,
    history: ids,
    signal,
  })) {
    if (id !== wanted[numSaid]) break;
    numSaid += 1;
  }
  return { entropy, isRefusal: numSaid === wanted.length };
}

function positionsOf({ firstToken, numTokens }: ChunkPlan): Uint32Array<ArrayBuffer> {
  return Uint32Array.from({ length: numTokens }, (_, i) => firstToken + i);
}
