// Which heads a model is read with, from what sets of them were measured to find: by recall at the budget, which is what an answer needs,
// and by Mean Normalised Rank (arXiv 2506.01215). First those that find what a question says, then those that are read beside them to
// follow what was found.
import {
  invariant,
  parseHead,
  presetNames,
  type CalibrationData,
  type ModelConfig,
  type PresetHeads,
  type PresetName,
} from '@longread/core';
import type { HeadFigures } from './head-figures.ts';
import { exitLimit, type Shape } from './presets.ts';
import { exitLayerOf } from './read-settings.ts';

/** One question, and what each of a sample's sets found of its evidence. */
export interface HeadQuestion {
  readonly task: string;
  readonly figures: readonly HeadFigures[];
}

/** Of one sample. Sets are heads by name. */
export interface MeasuredSets {
  readonly sets: readonly (readonly string[])[];
  readonly questions: readonly HeadQuestion[];
  /** The same of sentences that lead to others. */
  readonly followed: readonly HeadQuestion[];
}

/** A set over all questions it was measured on. */
export interface SetSummary extends HeadFigures {
  readonly heads: readonly string[];
  /** Layers that compress runs for it. */
  readonly exitLayer: number;
  readonly numQuestions: number;
  /**
   * Recall less rank: recall on few questions moves by whole windows, and the rank of what was missed or found tells heads apart in
   * between.
   */
  readonly value: number;
}

interface Asked {
  readonly task: string;
  readonly figures: HeadFigures;
}

/**
 * Means over tasks of the tasks' means, so that a task of many questions counts as one of few. Best first.
 *
 * @param of what counts: what is found for questions, or what is followed.
 */
export function summariseSets(
  samples: readonly MeasuredSets[],
  of: 'questions' | 'followed' = 'questions',
): SetSummary[] {
  const bySet = new Map<string, Asked[]>();
  for (const sample of samples) {
    sample.sets.forEach((heads, set) => {
      const name = heads.join(' ');
      const asked = sample[of].flatMap(({ task, figures }) => {
        const own = figures[set];
        return own ? [{ task, figures: own }] : [];
      });
      bySet.set(name, [...(bySet.get(name) ?? []), ...asked]);
    });
  }
  return [...bySet].map(([name, asked]) => summaryOf(name.split(' '), asked)).sort(compareSets);
}

function summaryOf(heads: readonly string[], asked: readonly Asked[]): SetSummary {
  const tasks = [...new Set(asked.map(({ task }) => task))];
  const meanOf = (field: keyof HeadFigures) =>
    mean(tasks.map((task) => mean(asked.flatMap((one) => (one.task === task ? [one.figures[field]] : [])))));
  const [recall, all, rank] = [meanOf('recall'), meanOf('all'), meanOf('rank')];
  const exitLayer = exitLayerOf(heads.map(parseHead));
  return { heads, exitLayer, numQuestions: asked.length, recall, all, rank, value: recall - rank };
}

/** The shallower first of two that are equal. */
function compareSets(a: SetSummary, b: SetSummary): number {
  return b.value - a.value || a.exitLayer - b.exitLayer;
}

/** Single heads that are tried together, and that are tried on with others: enough that chance does not decide which. */
const numFinalists = 6;
const numCombined = 4;

/**
 * The sets worth measuring for a preset: its best heads one by one, the best of them in pairs, three and four together.
 *
 * @param singles summaries of single heads, best first.
 */
export function finalSets(singles: readonly SetSummary[], config: Shape, preset: PresetName): string[][] {
  const limit = exitLimit(config, preset);
  const heads = singles
    .filter(({ exitLayer }) => exitLayer <= limit)
    .slice(0, numFinalists)
    .flatMap((single) => single.heads);
  const combined = heads.slice(0, numCombined);
  const pairs = combined.flatMap((head, i) => combined.slice(i + 1).map((other) => [head, other]));
  const larger = [3, 4].filter((size) => size <= combined.length).map((size) => combined.slice(0, size));
  return [...heads.map((head) => [head]), ...pairs, ...larger];
}

/** Each set of heads once, in order. */
export function distinctSets<Heads extends readonly string[]>(sets: readonly Heads[]): Heads[] {
  return [...new Map(sets.map((set) => [set.join(' '), set])).values()];
}

/** The sets worth measuring for any preset, each once. */
export function setsToTry(singles: readonly SetSummary[], config: Shape): string[][] {
  const sets = presetNames.flatMap((preset) => finalSets(singles, config, preset));
  return distinctSets(sets);
}

/** Heads that are tried beside those of late interaction to follow what these find. */
const numFollowers = 3;

/** What late interaction is to look at, by preset. */
export type ChosenSets = ReadonlyMap<PresetName, SetSummary>;

/**
 * The sets worth measuring to follow with: what was chosen to find with, alone and with every choice of the heads that follow best by
 * themselves.
 *
 * @param leads summaries of single heads by what they follow, best first.
 */
export function followingSets(found: ChosenSets, leads: readonly SetSummary[], config: Shape): string[][] {
  const sets = [...found].flatMap(([preset, { heads }]) => {
    const limit = exitLimit(config, preset);
    const followers = leads
      .filter(({ exitLayer, heads: [name = ''] }) => exitLayer <= limit && !heads.includes(name))
      .slice(0, numFollowers);
    const choices = followers.reduce<string[][]>(
      (before, single) => [...before, ...before.map((some) => [...some, ...single.heads])],
      [[]],
    );
    return choices.map((some) => [...heads, ...some]);
  });
  return distinctSets(sets);
}

/** What each further head, and each further layer of reading, must bring: a token's bytes, and reading's time. */
const headCost = 0.02;
const layerCost = 0.002;

/** What a set is worth, less what it costs. */
function worth({ value, heads, exitLayer }: SetSummary): number {
  return value - headCost * heads.length - layerCost * exitLayer;
}

/** The set for a preset: the best that it is deep enough for, less what it costs. */
export function chooseSet(
  summaries: readonly SetSummary[],
  config: Shape,
  preset: PresetName,
): SetSummary | undefined {
  const limit = exitLimit(config, preset);
  return summaries.filter(({ exitLayer }) => exitLayer <= limit).sort((a, b) => worth(b) - worth(a))[0];
}

/** The sets for all presets. */
export function chooseSets(summaries: readonly SetSummary[], config: Shape): Map<PresetName, SetSummary> {
  const chosen = new Map<PresetName, SetSummary>();
  for (const preset of presetNames) {
    const set = chooseSet(summaries, config, preset);
    if (set !== undefined) chosen.set(preset, set);
  }
  return chosen;
}

/**
 * The set that is read: the best to follow with of those that begin with what was chosen to find with, less what it costs; that alone
 * where no such set was measured.
 *
 * @param summaries of sets by what they follow.
 */
export function chooseFollowing(
  summaries: readonly SetSummary[],
  found: SetSummary,
  config: Shape,
  preset: PresetName,
): readonly string[] {
  const isOwn = ({ heads }: SetSummary) => found.heads.every((name, i) => heads[i] === name);
  return chooseSet(summaries.filter(isOwn), config, preset)?.heads ?? found.heads;
}

/** On samples of their own: sets to find with, and sets that begin with what was chosen of these, to follow with. */
export interface CalibrationSamples {
  readonly found: readonly MeasuredSets[];
  readonly followed: readonly MeasuredSets[];
}

/**
 * The heads of every preset.
 *
 * @param samples in words, with their number and length.
 */
export function chosenCalibration(
  measured: CalibrationSamples,
  { config, sha256 }: { readonly config: ModelConfig; readonly sha256: string },
  samples: string,
): CalibrationData {
  const found = chooseSets(summariseSets(measured.found), config);
  const followed = summariseSets(measured.followed, 'followed');
  const figures: string[] = [];
  const headsOf = (preset: PresetName): PresetHeads => {
    const set = found.get(preset);
    invariant(set, `no set was measured for ${preset}`);
    const heads = chooseFollowing(followed, set, config, preset);
    const { recall, all, numQuestions } = set;
    figures.push(
      `${preset} recall ${recall.toFixed(2)}, all evidence ${all.toFixed(2)} of ${numQuestions} questions`,
    );
    const own = { scoring: 'late-interaction', heads } as const;
    return heads.length === set.heads.length
      ? own
      : { ...own, lateHeads: { first: 0, count: set.heads.length } };
  };
  const presets = { skim: headsOf('skim'), read: headsOf('read'), study: headsOf('study') };
  return {
    modelName: config.name,
    modelSha256: sha256,
    presets,
    measured: `Chosen by recall at an eighth of the text on ${samples}: ${figures.join('; ')}.`,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
