// What a choice of heads is compared with: what the engine would take otherwise, and choices by chance. Pure.
import { headName, presetNames, Random, type CalibrationData, type ModelConfig } from '@longread/core';
import {
  calibrationFor,
  calibrationIn,
  candidateHeads,
  distinctSets,
  exitLimit,
  lateHeadsOf,
  type Calibration,
} from '@longread/planner';

export interface Contender {
  /** `read`, `present`, `chance 3`. */
  readonly name: string;
  /** All that are read, by which what was found is followed. */
  readonly heads: readonly string[];
  /** Those of them that late interaction looks at. */
  readonly late: readonly string[];
}

const numChances = 10;

/** The choices by preset, what the engine would take for `read` otherwise, and ten by chance of as many heads as `read` has. */
export function contendersOf(chosen: CalibrationData, config: ModelConfig, seed: number): Contender[] {
  const contenderOf = (name: string, calibration: Calibration): Contender => ({
    name,
    heads: calibration.heads.map(headName),
    late: lateHeadsOf(calibration).map(headName),
  });
  const choices = presetNames.map((preset) =>
    contenderOf(preset, calibrationIn({ data: chosen, origin: 'measured' }, preset)),
  );
  const { heads, late } = choices.find(({ name }) => name === 'read') ?? { heads: [], late: [] };
  const random = new Random(seed);
  const all = candidateHeads(config, exitLimit(config, 'read')).map(headName);
  const chances = Array.from({ length: numChances }, (_, i) => {
    const some = shuffled(all, random).slice(0, heads.length);
    return { name: `chance ${i + 1}`, heads: some, late: some.slice(0, late.length) };
  });
  return [...choices, contenderOf('present', calibrationFor(chosen.modelSha256 ?? '', config)), ...chances];
}

/** What is measured for them, each set once. */
export function setsOfContenders(contenders: readonly Contender[]): (readonly string[])[] {
  return distinctSets(contenders.flatMap(({ heads, late }) => [late, heads]));
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
