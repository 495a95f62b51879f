// The texts of e2e/golden/strings.py, made again from what its files say of them, and digests of their ids.

export interface RandomTexts {
  readonly seed: number;
  readonly numTexts: number;
  /** Texts a digest. */
  readonly block: number;
  readonly fragments: readonly string[];
  /** First code point, and how many. */
  readonly ranges: readonly (readonly number[])[];
}

/** The first `count` of the texts. */
export function randomTexts(
  { seed, fragments, ranges, numTexts }: RandomTexts,
  count = numTexts,
): readonly string[] {
  let state = seed;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 16) % limit;
  };
  const piece = (): string => {
    if (below(3) > 0) return fragments[below(fragments.length)] ?? '';
    const [first = 0, size = 0] = ranges[below(ranges.length)] ?? [];
    const length = 1 + below(3);
    return String.fromCodePoint(...Array.from({ length }, () => first + below(size)));
  };
  return Array.from({ length: count }, () => {
    const length = 1 + below(20);
    return Array.from({ length }, piece).join('');
  });
}

const fnv = (hash: number, value: number): number => Math.imul(hash ^ value, 16_777_619) >>> 0;

/** FNV-1a of 32 bits over the ids of each block of texts, each text's behind their number; hex. */
function digestsOf(ids: readonly (readonly number[])[], { block }: RandomTexts): readonly string[] {
  return Array.from({ length: Math.ceil(ids.length / block) }, (_, index) =>
    ids
      .slice(index * block, (index + 1) * block)
      .reduce((hash, each) => each.reduce(fnv, fnv(hash, each.length)), 2_166_136_261)
      .toString(16)
      .padStart(8, '0'),
  );
}

/** Indices of the blocks whose ids are not those of `digests`, eight digits each. */
export function unlikeBlocks(
  ids: readonly (readonly number[])[],
  digests: string,
  of: RandomTexts,
): readonly number[] {
  return digestsOf(ids, of).flatMap((digest, index) =>
    digests.slice(8 * index, 8 * index + 8) === digest ? [] : [index],
  );
}
