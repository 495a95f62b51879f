// The recompute prompt (design 3.4): template prefix, gathered tokens, question, template suffix, at positions 0 .. m-1.
import { LimitExceededError } from '@longread/core';

/** Lengths in tokens. */
export interface PromptParts {
  readonly prefix: number;
  /** Gathered tokens, or the whole document where nothing is gathered. */
  readonly gathered: number;
  readonly question: number;
  readonly suffix: number;
  readonly contextLength: number;
  readonly maxNewTokens: number;
}

export interface PromptPlan {
  /** Tokens of the prompt. */
  readonly numTokens: number;
  /** First positions of the parts; the prefix starts at 0. */
  readonly gatheredStart: number;
  readonly questionStart: number;
  readonly suffixStart: number;
  /** Positions that the decode cache needs: the prompt and the answer. */
  readonly numPositions: number;
}

/**
 * Lays out the prompt.
 *
 * @throws LimitExceededError when question or document do not fit the window beside the answer.
 */
export function planPrompt(parts: PromptParts): PromptPlan {
  const { prefix, gathered, question, suffix, contextLength, maxNewTokens } = parts;
  const besides = prefix + suffix + maxNewTokens;
  // At least one token of the document has to fit, unless there is none.
  const questionRoom = contextLength - besides - Math.min(gathered, 1);
  if (question > questionRoom) {
    throw new LimitExceededError(
      `The question has ${question} tokens, but the window of ${contextLength} has room for ${Math.max(0, questionRoom)} beside the template's ${prefix + suffix} and an answer of ${maxNewTokens}. Shorten the question or lower maxNewTokens.`,
      { need: question, limit: questionRoom, contextLength },
    );
  }
  const gatheredRoom = contextLength - besides - question;
  if (gathered > gatheredRoom) {
    throw new LimitExceededError(
      `The text to read for this question has ${gathered} tokens, but the window of ${contextLength} has room for ${gatheredRoom} beside the question's ${question}, the template's ${prefix + suffix} and an answer of ${maxNewTokens}. Lower gatherSize or maxNewTokens; to ask a whole document of this length, gather from it (strategy reform) instead of reading it in full.`,
      { need: gathered, limit: gatheredRoom, contextLength },
    );
  }
  const numTokens = prefix + gathered + question + suffix;
  return {
    numTokens,
    gatheredStart: prefix,
    questionStart: prefix + gathered,
    suffixStart: prefix + gathered + question,
    numPositions: numTokens + maxNewTokens,
  };
}
