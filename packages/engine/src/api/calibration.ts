// How heads are measured: what a sample is, and what each set of heads finds in it.
import type { CalibrationOrigin, PresetName, Scoring } from '@longread/core';
import type { HeadFigures } from '@longread/planner';

/** A text with questions of which it is known where their evidence stands; a document of the evaluation is one. */
export interface HeadSample {
  readonly text: string;
  readonly questions: readonly {
    /** Questions of a task count as one. */
    readonly task: string;
    readonly question: string;
    /** Sentences, in UTF-16 code units of the text, end exclusive: at least one, none overlapping. */
    readonly evidence: readonly { readonly start: number; readonly end: number }[];
  }[];
}

export interface HeadMeasurement {
  /** As `['L9.Q0']`. */
  readonly sets: readonly (readonly string[])[];
  /** Of the sample, and how many of them a question gathered: an eighth. */
  readonly numTokens: number;
  readonly gatherSize: number;
  /** Per question what each set found of its evidence. */
  readonly questions: readonly { readonly task: string; readonly figures: readonly HeadFigures[] }[];
  /** Per sentence of a question's evidence what each set, queried with it, found of the question's other sentences. */
  readonly followed: readonly { readonly task: string; readonly figures: readonly HeadFigures[] }[];
}

/** How an engine measures a model that it is to know the heads of. */
export interface MeasureOptions {
  /** Of each of three steps: every head by itself, the best together, then heads to follow what these find with (2). */
  readonly samples?: number;
  /** Of each sample (1,024). */
  readonly tokens?: number;
  /** Of the first sample (1). */
  readonly seed?: number;
  /** No sample begins behind so many milliseconds (300,000). */
  readonly limitMs?: number;
}

/** Which heads an engine reads with. */
export interface CalibrationInfo {
  /**
   * `packaged`: chosen for this model file, with Longread; `paper`: those that arXiv 2506.01215 states for a model of this name and shape;
   * `measured`: by an engine or `npm run calibrate`; `guess`: by a rule, and nothing was measured: answers may miss what the text says.
   */
  readonly origin: CalibrationOrigin;
  readonly preset: PresetName;
  readonly scoring: Scoring;
  /** As `L9.Q0`. */
  readonly heads: readonly string[];
  readonly exitLayer: number;
  /** What was measured, in words. */
  readonly measured: string;
}

/** A preset, as an engine reads in it. */
export interface PresetInfo {
  readonly name: PresetName;
  /** Of every document that is read so: two presets that read the same heads have the same. */
  readonly fingerprint: string;
  /** Layers that reading runs. */
  readonly exitLayer: number;
  /** Tokens that a question gathers, where neither it nor the window says otherwise. */
  readonly gatherSize: number;
}
