// Which heads' vectors are a token's embedding (design 3.2): those of a checked-in file by the model's hash, those that the paper states
// by its name and shape, and a guess for other models. How heads are chosen is in choose-heads.ts.
import {
  headName,
  invariant,
  parseHead,
  scorings,
  windowOf,
  type CalibrationData,
  type CalibrationOrigin,
  type EmbeddingHead,
  type HeadRange,
  type ModelConfig,
  type PresetHeads,
  type PresetName,
  type Scoring,
} from '@longread/core';
import gemma3 from './calibrations/gemma-3-270m-q4_k_m.json' with { type: 'json' };
import smolLm2 from './calibrations/smollm2-135m-instruct-q4_1.json' with { type: 'json' };
import { ofPaper } from './calibrations/paper.ts';
import { candidateHeads, presets } from './presets.ts';

/** The embedding heads of one model in one preset. */
export interface Calibration {
  readonly modelName: string;
  readonly origin: CalibrationOrigin;
  readonly preset: PresetName;
  readonly scoring: Scoring;
  readonly heads: readonly EmbeddingHead[];
  /** Those that late interaction looks at; all when absent. */
  readonly lateHeads?: HeadRange | undefined;
  /** Tokens that a question gathers; the preset's when absent. */
  readonly gatherSize?: number | undefined;
  /** Below this best score of a question's token the text may say nothing of it; absent where that was not measured. */
  readonly minMatch?: number | undefined;
  /** What was measured to choose these heads, in words. */
  readonly measured: string;
}

/** A calibration with where it comes from. */
export interface OriginalCalibration {
  readonly data: CalibrationData;
  readonly origin: CalibrationOrigin;
}

/** JSON modules have their strings as strings. */
type JsonOf<T> = T extends string ? string : { readonly [K in keyof T]: JsonOf<T[K]> };

const files: readonly JsonOf<CalibrationData>[] = [smolLm2, gemma3];

/**
 * What is known of a model before anything is measured: the checked-in calibration of its file, or the paper's heads for its name and shape.
 *
 * @param modelSha256 hash of the model file, hex in either case.
 */
export function knownCalibration(modelSha256: string, config: ModelConfig): OriginalCalibration | undefined {
  const file = files.find((candidate) => candidate.modelSha256 === modelSha256.toLowerCase());
  if (file !== undefined) return { data: checkedIn(file), origin: 'packaged' };
  const data = ofPaper(config);
  return data && { data, origin: 'paper' };
}

function checkedIn(file: JsonOf<CalibrationData>): CalibrationData {
  const presetOf = (preset: JsonOf<PresetHeads> | undefined): PresetHeads | undefined => {
    if (preset === undefined) return undefined;
    const scoring = scorings.find((name) => name === preset.scoring);
    invariant(scoring, `${file.modelName}: scoring ${preset.scoring}`);
    return { ...preset, scoring };
  };
  const { read, skim, study } = file.presets;
  const ofRead = presetOf(read);
  invariant(ofRead, `${file.modelName}: no heads to read with`);
  return { ...file, presets: { skim: presetOf(skim), read: ofRead, study: presetOf(study) } };
}

/** The heads of a preset. @throws InvalidInputError for a malformed name of a head */
export function calibrationIn({ data, origin }: OriginalCalibration, preset: PresetName): Calibration {
  const { modelName, presets, measured } = data;
  const { heads, ...settings } = presets[preset] ?? presets.read;
  return { modelName, origin, preset, ...settings, heads: heads.map(parseHead), measured };
}

/** The calibration of a model that is not measured: what is known of it, or else the guess. */
export function calibrationFor(
  modelSha256: string,
  config: ModelConfig,
  preset: PresetName = 'read',
): Calibration {
  const known = knownCalibration(modelSha256, config) ?? guessedCalibration(config);
  return calibrationIn(known, preset);
}

/** Tokens that a question gathers, where neither it nor the window says otherwise. */
export function gatherSizeOf({ gatherSize, preset }: Pick<Calibration, 'gatherSize' | 'preset'>): number {
  return gatherSize ?? presets[preset].gatherSize;
}

/** The heads that late interaction looks at. */
export function lateHeadsOf({
  heads,
  lateHeads = { first: 0, count: heads.length },
}: Pick<Calibration, 'heads' | 'lateHeads'>): readonly EmbeddingHead[] {
  return heads.slice(lateHeads.first, lateHeads.first + lateHeads.count);
}

/**
 * A guess for a model that nothing was measured of, after what did well on SmolLM2 (findings): a Q and a K head at a third of the depth
 * for meaning, a Q and a V head of the lowest layer for words; of layers that see everything. Fewer than four where a tiny model has no
 * four distinct ones.
 */
export function guessedCalibration(config: ModelConfig): OriginalCalibration {
  const { numLayers, numHeads, numKvHeads } = config;
  const third = Math.min(numLayers - 1, Math.max(1, Math.floor(numLayers / 3)));
  const layers = [...new Set(candidateHeads(config, numLayers).map(({ layer }) => layer))];
  const lowest = layers[0] ?? 0;
  const middle = layers.findLast((layer) => layer <= third) ?? lowest;
  invariant(windowOf(config, middle) === Infinity || layers.length === 1, 'a guess of sliding layers');
  const heads: readonly EmbeddingHead[] = [
    { layer: middle, type: 'Q', head: Math.floor(numHeads / 2) },
    { layer: middle, type: 'K', head: 0 },
    { layer: lowest, type: 'Q', head: Math.min(1, numHeads - 1) },
    { layer: lowest, type: 'V', head: numKvHeads - 1 },
  ];
  const names = [...new Set(heads.map(headName))];
  const data: CalibrationData = {
    modelName: config.name,
    modelSha256: null,
    presets: { read: { scoring: 'standardised', heads: names } },
    measured:
      'Nothing: a guess (heads at a third of the depth and of the lowest layer). Measure this model for better recall.',
  };
  return { data, origin: 'guess' };
}
