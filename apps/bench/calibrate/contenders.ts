// What a choice of heads is compared with: what the engine would take otherwise, and choices by chance. Pure.
import { headName, Random, type ModelConfig, type PresetName } from '@longread/core';
import { calibrationFor, candidateHeads, exitLimit, lateHeadsOf, type SetSummary } from '@longread/planner';

export interface Contender {
  /** `read`, `present`, `chance 3 for read`. */
  readonly name: string;
  readonly heads: readonly string[];
}

const numChances = 10;

/** The choices by preset, the present one by what late interaction would look at, and ten by chance of as many heads as `read` has. */
export function contendersOf(
  chosen: ReadonlyMap<PresetName, SetSummary>,
  config: ModelConfig,
  modelSha256: string,
  seed: number,
): Contender[] {
  const present = calibrationFor(modelSha256, config);
  const random = new Random(seed);
  const all = candidateHeads(config, exitLimit(config, 'read')).map(headName);
  const count = chosen.get('read')?.heads.length ?? 1;
  return [
    ...[...chosen].map(([name, { heads }]) => ({ name, heads })),
    { name: 'present', heads: lateHeadsOf(present).map(headName) },
    ...Array.from({ length: numChances }, (_, i) => ({
      name: `chance ${i + 1}`,
      heads: shuffled(all, random).slice(0, count),
    })),
  ];
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
