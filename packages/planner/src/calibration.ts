// Which heads' vectors are a token's embedding (design 3.2): one checked-in JSON per model file, and a guess for other models.
// The search over heads is not here; this file holds its result and its measure.
import {
  invariant,
  scorings,
  type EmbeddingHead,
  type HeadRange,
  type ModelConfig,
  type Scoring,
} from '@longread/core';
import smolLm2 from './calibrations/smollm2-135m-instruct-q4_1.json' with { type: 'json' };

/** The embedding heads of one model. */
export interface Calibration {
  readonly modelName: string;
  /** SHA-256 of the model file, hex; null for the fallback of a model that was never calibrated. */
  readonly modelSha256: string | null;
  readonly scoring: Scoring;
  readonly heads: readonly EmbeddingHead[];
  /** Those that late interaction looks at; all when absent. */
  readonly lateHeads?: HeadRange | undefined;
  /** What was measured to choose these heads, in words. */
  readonly measured: string;
}

/** A calibration as its JSON has it: heads as `L10.Q5` (layer, type, index; K and V count KV heads). */
interface CalibrationFile {
  readonly modelName: string;
  readonly modelSha256: string;
  readonly scoring: string;
  readonly heads: readonly string[];
  readonly lateHeads: HeadRange;
  readonly measured: string;
}

const files: readonly CalibrationFile[] = [smolLm2];

/**
 * The calibration of a model file, or the fallback of {@link genericCalibration} when there is none.
 *
 * @param modelSha256 hash of the model file, hex in either case.
 */
export function calibrationFor(modelSha256: string, config: ModelConfig): Calibration {
  const file = files.find((candidate) => candidate.modelSha256 === modelSha256.toLowerCase());
  return file === undefined ? genericCalibration(config) : parseCalibration(file);
}

function parseCalibration(file: CalibrationFile): Calibration {
  const { scoring } = file;
  const known = scorings.find((name) => name === scoring);
  invariant(known, `${file.modelName}: scoring ${scoring}`);
  return { ...file, scoring: known, heads: file.heads.map(parseHead) };
}

function parseHead(name: string): EmbeddingHead {
  const match = /^L(\d+)\.([QKV])(\d+)$/.exec(name);
  const type = match?.[2];
  invariant(type === 'Q' || type === 'K' || type === 'V', `malformed head ${name}`);
  return { layer: Number(match?.[1]), type, head: Number(match?.[3]) };
}

/**
 * A guess for a model that was never calibrated, after what did well on SmolLM2 (findings): a Q and a K head at a third of the depth
 * for meaning, a Q and a V head of layer 0 for words. Fewer than four where a tiny model has no four distinct ones.
 */
function genericCalibration(config: ModelConfig): Calibration {
  const layer = Math.min(config.numLayers - 1, Math.max(1, Math.floor(config.numLayers / 3)));
  const candidates: readonly EmbeddingHead[] = [
    { layer, type: 'Q', head: Math.floor(config.numHeads / 2) },
    { layer, type: 'K', head: 0 },
    { layer: 0, type: 'Q', head: Math.min(1, config.numHeads - 1) },
    { layer: 0, type: 'V', head: config.numKvHeads - 1 },
  ];
  const isFirst = (head: EmbeddingHead, index: number): boolean =>
    candidates.findIndex((c) => c.layer === head.layer && c.type === head.type && c.head === head.head) ===
    index;
  return {
    modelName: config.name,
    modelSha256: null,
    scoring: 'standardised',
    heads: candidates.filter(isFirst),
    measured:
      'Nothing: a generic fallback (heads at a third of the depth and at layer 0). Calibrate this model for better recall.',
  };
}
