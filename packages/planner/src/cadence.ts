// How often the state of a document that is being read is stored. It is many times the size of a chunk, and each takes the place of the one
// before: what is written beyond what stays is states.

/** Of what stays, so much may be written again. */
const share = 0.125;
/** States that any reading may write beyond the last one, and the bytes that they take at most: those of the default model in a short document. */
const [leastStates, leastBytes] = [3, 31e6];

/**
 * Tokens from one stored state to the next, so that all states but the last together take at most an eighth of what stays, or in a short
 * document three of them up to 31 MB: one soon after the start, the others at even distances.
 * @param numTokens of the document; @param tokenBytes stored of one; @param stateBytes of a state, above 0.
 */
export function tokensBetweenStates(numTokens: number, tokenBytes: number, stateBytes: number): number {
  const stays = numTokens * tokenBytes + stateBytes;
  const allowed = Math.max(share * stays, Math.min(leastBytes, leastStates * stateBytes));
  const states = Math.floor(allowed / stateBytes);
  return Math.ceil(numTokens / Math.max(1, states));
}
