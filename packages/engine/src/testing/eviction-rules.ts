// The strategies' rules in straight loops, for the float64 reference (eviction-reference.ts).
import type { Rule, Seen } from './eviction-reference.ts';

/** Attention of some heads on each entry, paid by the tokens from `first` on. */
function received({ attention, before }: Seen, heads: readonly number[], first: number): number[] {
  return before.map((_, entry) => {
    let sum = 0;
    for (const head of heads) for (const row of attention[head]?.slice(first) ?? []) sum += row[entry] ?? NaN;
    return sum;
  });
}

const numTokens = ({ attention }: Seen): number => attention[0]?.length ?? NaN;

export const referenceRules = {
  /** All that was ever received; the newest stay. */
  h2o: (recent: number): Rule => ({
    score: (seen) => received(seen, seen.group, 0).map((sum, entry) => sum + (seen.before[entry] ?? NaN)),
    always: (entry, numEntries) => entry >= numEntries - recent,
  }),
  /** The first four and the last. */
  streaming: (keep: number): Rule => ({
    score: ({ before }) => before.map(() => 0),
    always: (entry, numEntries) => entry < 4 || entry >= numEntries - (keep - 4),
  }),
  /** What the last token pays, in all heads. */
  tova: (): Rule => ({
    score: (seen) => received(seen, [...seen.attention.keys()], numTokens(seen) - 1),
    always: () => false,
  }),
  /** The most that one of seven neighbours before the last 32 tokens received from these. */
  snapkv: (): Rule => ({
    score: (seen) => {
      const sums = received(seen, seen.group, Math.max(0, numTokens(seen) - 32));
      const old = sums.slice(0, Math.max(0, sums.length - 32));
      return sums.map((_, entry) => Math.max(0, ...old.slice(Math.max(0, entry - 3), entry + 4)));
    },
    always: (entry, numEntries) => entry >= numEntries - 32,
  }),
};
