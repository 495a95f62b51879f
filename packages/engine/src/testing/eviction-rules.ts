// The strategies' rules in straight loops, for the float64 reference (eviction-reference.ts).
import type { Choice, Entry, Rule, Seen } from './eviction-reference.ts';

/** Attention of some heads on each entry, paid by the tokens from `first` on. */
function received({ attention, before }: Seen, heads: readonly number[], first: number): number[] {
  return before.map((_, entry) => {
    let sum = 0;
    for (const head of heads) for (const row of attention[head]?.slice(first) ?? []) sum += row[entry] ?? NaN;
    return sum;
  });
}

const numTokens = ({ attention }: Seen): number => attention[0]?.length ?? NaN;

/** What attention of some heads comes to that fades by `beta` a query; `seen.before` with it. */
function faded({ attention, before, group }: Seen, beta: number): number[] {
  return before.map((old, entry) => {
    let score = old;
    for (let t = 0; t < (attention[0]?.length ?? NaN); t++) {
      score *= beta;
      for (const head of group) score += attention[head]?.[t]?.[entry] ?? NaN;
    }
    return score;
  });
}

/** Of one KV head, by token: what is where, token by token from the prompt's first on. */
function createRings(
  numSinks: number,
  numRings: number,
  length: number,
): (scores: readonly number[]) => Choice {
  const sinks: number[] = [];
  const rings = Array.from({ length: numRings }, (): number[] => []);
  let standing: readonly number[] = [];
  let numRead = 0;
  return (scores) => {
    const tokens = [...standing, ...scores.slice(standing.length).map((_, i) => numRead + i)];
    const scoreOf = new Map(tokens.map((token, slot) => [token, scores[slot] ?? NaN]));
    let margin = Infinity;
    for (const end = numRead + scores.length - standing.length; numRead < end; numRead++) {
      if (numRead < numSinks) {
        sinks.push(numRead);
        continue;
      }
      const turn = numRead - numSinks;
      let falling: number | undefined = numRead;
      for (let i = 0; i < numRings && falling !== undefined; i++) {
        const ring: number[] = rings[i] ?? [];
        const rival = ring.at(-1);
        if (turn >= numRings * length && turn % 2 ** i !== 0 && rival !== undefined) {
          const lead: number = (scoreOf.get(falling) ?? NaN) - (scoreOf.get(rival) ?? NaN);
          margin = Math.min(margin, Math.abs(lead));
          if (lead > 0) ring.splice(-1, 1, falling);
          break;
        }
        ring.push(falling);
        falling = ring.length > length ? ring.shift() : undefined;
      }
    }
    const all = new Set([...sinks, ...rings.flat()]);
    const slots = new Set(tokens.flatMap((token, slot) => (all.has(token) ? [slot] : [])));
    standing = tokens.filter((token) => all.has(token));
    return { slots, margin };
  };
}

/** Means by the tokens in each. */
function together(entries: readonly Entry[]): Entry {
  const weight = entries.reduce((sum, entry) => sum + entry.weight, 0);
  const mean = (rows: readonly Float64Array[]) =>
    Float64Array.from(rows[0] ?? [], (_, d) =>
      rows.reduce((sum, row, i) => sum + ((entries[i]?.weight ?? NaN) / weight) * (row[d] ?? NaN), 0),
    );
  const [keys, values] = [entries.map(({ key }) => key), entries.map(({ value }) => value)];
  return { key: mean(keys), value: mean(values), weight, score: 0 };
}

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
  /** Four sinks and four rings of `length` slots; attention that fades to a hundredth in as many queries. */
  cascade: (length: number): Rule => {
    const places = new Map<string, (scores: readonly number[]) => Choice>();
    return {
      score: (seen) => faded(seen, 0.01 ** (1 / length)),
      choose: (place, scores) => {
        const rings = places.get(place) ?? createRings(4, 4, length);
        places.set(place, rings);
        return rings(scores);
      },
      always: () => false,
    };
  },
  /** Of 0.98 a query; what is merged stands first. */
  zsmerge: (): Rule => ({
    score: (seen) => faded(seen, 0.98),
    always: () => false,
    merge: (entries, keep) => {
      const numNew = Math.ceil(keep / 10);
      const numOld = keep - 1 - numNew;
      const [first, ...others] = entries;
      if (first?.weight === 1) {
        const old = entries.slice(0, -numNew);
        const best = old.toSorted((a, b) => b.score - a.score);
        const chosen = new Set(best.slice(0, numOld));
        const margin = (best[numOld - 1]?.score ?? NaN) - (best[numOld]?.score ?? NaN);
        const rest = old.filter((entry) => !chosen.has(entry));
        const stay = old.filter((entry) => chosen.has(entry));
        return { entries: [together(rest), ...stay, ...entries.slice(-numNew)], margin };
      }
      let merged = first;
      let stay = others.slice(0, keep - 1);
      let margin = Infinity;
      for (const entry of others.slice(keep - 1)) {
        const [lowest, second] = stay.slice(0, numOld).toSorted((a, b) => a.score - b.score);
        margin = Math.min(margin, (second?.score ?? Infinity) - (lowest?.score ?? NaN));
        merged = together([merged, lowest].filter((each) => each !== undefined));
        stay = [...stay.filter((each) => each !== lowest), entry];
      }
      return { entries: merged ? [merged, ...stay] : [], margin };
    },
  }),
};
