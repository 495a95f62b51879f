// Which heads a model is read with, from what sets of them were measured to find: by recall at the budget, which is what an answer needs,
// and by Mean Normalised Rank (arXiv 2506.01215).
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

/** Means over tasks of the tasks' means, so that a task of many questions counts as one of few. Best first. */
export function summariseSets(samples: readonly MeasuredSets[]): SetSummary[] {
  const bySet = new Map<string, Asked[]>();
  for (const { sets, questions } of samples) {
    sets.forEach((heads, set) => {
      const name = heads.join(' ');
      const asked = questions.flatMap(({ task, figures }) => {
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

/** The sets worth measuring for any preset, each once. */
export function setsToTry(singles: readonly SetSummary[], config: Shape): string[][] {
  const sets = presetNames.flatMap((preset) => finalSets(singles, config, preset));
  return [...new Map(sets.map((set) => [set.join(' '), set])).values()];
}

/** What each further head, and each further layer of reading, must bring: a token's bytes, and reading's time. */
const headCost = 0.02;
const layerCost = 0.002;

/** The set for a preset: the best that it is deep enough for, less what it costs. */
export function chooseSet(
  summaries: readonly SetSummary[],
  config: Shape,
  preset: PresetName,
): SetSummary | undefined {
  const limit = exitLimit(config, preset);
  const worth = ({ value, heads, exitLayer }: SetSummary) =>
    value - headCost * heads.length - layerCost * exitLayer;
  return summaries.filter(({ exitLayer }) => exitLayer <= limit).sort((a, b) => worth(b) - worth(a))[0];
}

/**
 * The heads of every preset, from samples on which the sets of each were measured.
 *
 * @param samples in words, with their number and length.
 */
export function chosenCalibration(
  measured: readonly MeasuredSets[],
  { config, sha256 }: { readonly config: ModelConfig; readonly sha256: string },
  samples: string,
): CalibrationData {
  const summaries = summariseSets(measured);
  const chosen = new Map<PresetName, SetSummary>();
  for (const preset of presetNames) {
    const set = chooseSet(summaries, config, preset);
    invariant(set, `no set was measured for ${preset}`);
    chosen.set(preset, set);
  }
  const headsOf = (preset: PresetName): PresetHeads => ({
    scoring: 'late-interaction',
    heads: chosen.get(preset)?.heads ?? [],
  });
  const figures = [...chosen].map(
    ([preset, { recall, all, numQuestions }]) =>
      `${preset} recall ${recall.toFixed(2)}, all evidence ${all.toFixed(2)} of ${numQuestions} questions`,
  );
  return {
    modelName: config.name,
    modelSha256: sha256,
    presets: { skim: headsOf('skim'), read: headsOf('read'), study: headsOf('study') },
    measured: `Chosen by recall at an eighth of the text on ${samples}: ${figures.join('; ')}.`,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
