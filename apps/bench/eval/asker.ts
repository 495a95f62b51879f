// What reads documents and answers questions in an evaluation.
import type {
  Answer,
  AskOptions,
  EngineInfo,
  EngineOptions,
  HeadMeasurement,
  HeadSample,
  Progress,
} from 'longread';

/** One document at a time. */
export interface Asker {
  /** Reads a text, which nothing was kept of before. @returns layers that reading ran */
  read(text: string, title: string): Promise<number>;
  /** A question about the text that was read last. */
  ask(question: string, options: Omit<AskOptions, 'signal' | 'onProgress'>): Promise<Answer>;
  /** What sets of heads find in a sample; by default each by itself. */
  measureHeads(sample: HeadSample, sets?: readonly (readonly string[])[]): Promise<HeadMeasurement>;
  /** All texts that were read and not deleted are asked as one from now on, until another is read. */
  together(): Promise<void>;
  /** Deletes the text that was read last, or all that are asked as one. */
  forget(): Promise<void>;
}

/** Which heads an asker reads with, and how deep; by default as every engine does. */
export interface ReadWith {
  readonly calibration?: NonNullable<EngineOptions['calibration']>;
  readonly preset?: NonNullable<EngineOptions['preset']>;
}

/** Of an engine in this process. */
export interface AskerOptions extends ReadWith {
  /** What another engine measured on this adapter. */
  readonly tuning?: EngineInfo['tuning'];
  readonly onProgress: (progress: Progress) => void;
}
