// Which heads a model is read with: presets, the names of heads, and a calibration as files and stores have it. Plain data.
import { InvalidInputError } from './errors.ts';
import type { EmbeddingHead, HeadRange, Scoring } from './document.ts';

/** How deep a document is read, the shallowest first: what each costs and gathers is the planner's (presets.ts). */
export const presetNames = ['skim', 'read', 'study'] as const;

export type PresetName = (typeof presetNames)[number];

/**
 * Where heads come from: a checked-in file for this model file; the heads that arXiv 2506.01215 states for models of this name and shape;
 * measured by an engine or a command on the user's machine; a rule that nothing was measured for.
 */
export type CalibrationOrigin = 'packaged' | 'paper' | 'measured' | 'guess';

/** The heads of one preset. */
export interface PresetHeads {
  readonly scoring: Scoring;
  /** As `L10.Q5`: layer, type and index; K and V count KV heads. */
  readonly heads: readonly string[];
  /** Those that late interaction looks at; all when absent. */
  readonly lateHeads?: HeadRange | undefined;
  /** Tokens that a question gathers: what the model reads best; the preset's when absent. */
  readonly gatherSize?: number | undefined;
  /** Best score by late interaction over a question's tokens below which the text may say nothing of it; absent where not measured. */
  readonly minMatch?: number | undefined;
}

/** The heads of one model, as its file of JSON has them. A preset that is missing is read as `read`. */
export interface CalibrationData {
  readonly modelName: string;
  /** SHA-256 of the model file, hex; null where they are for all files of a name and shape. */
  readonly modelSha256: string | null;
  readonly presets: {
    readonly skim?: PresetHeads | undefined;
    readonly read: PresetHeads;
    readonly study?: PresetHeads | undefined;
  };
  /** What was measured to choose these heads, in words. */
  readonly measured: string;
}

/** `L10.Q5` */
export function headName({ layer, type, head }: EmbeddingHead): string {
  return `L${layer}.${type}${head}`;
}

/** @throws InvalidInputError for anything but a name like `L10.Q5` */
export function parseHead(name: string): EmbeddingHead {
  const match = /^L(\d{1,4})\.([QKV])(\d{1,4})$/.exec(name);
  const type = match?.[2];
  if (type === 'Q' || type === 'K' || type === 'V')
    return { layer: Number(match?.[1]), type, head: Number(match?.[3]) };
  throw new InvalidInputError(
    `'${name}' names no head. Name heads as L10.Q5: layer, type (Q, K or V) and index.`,
    { head: name },
  );
}
