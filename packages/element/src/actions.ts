// What a reader can do; the views call these and nothing else.
import type { DocumentManifest, PresetName, StoredModel, StrategyName } from 'longread';
import type { DocumentFile } from './session/files.ts';
import type { Exchange } from './session/state.ts';

export interface Actions {
  readonly loadModel: () => void;
  /** Several files are the parts of one model. */
  readonly pickModel: (files: readonly File[]) => void;
  /** Several files are one document. */
  readonly pickDocument: (files: readonly [File, ...File[]]) => void;
  readonly readText: (text: string) => void;
  readonly openDocument: (id: string) => void;
  /** Opens several stored documents as one; of those that are open shows what they are. */
  readonly openTogether: (ids: readonly string[]) => void;
  /** Shows the text of one of those that are open as one; of none, what they are. */
  readonly showDocument: (id: string | undefined) => void;
  /** Lists the files of the open document, or does not. */
  readonly showFiles: (isOpen: boolean) => void;
  /** Gathers a file of the open document again, or no longer. */
  readonly gatherFile: (file: DocumentFile, isGathered: boolean) => void;
  /** How deep the next document is read. */
  readonly choosePreset: (preset: PresetName) => void;
  /** Reads a stored document again, deeper. */
  readonly deepen: (id: string, preset: PresetName) => void;
  /** Saves all of a stored document as a file. */
  readonly exportDocument: (id: string) => void;
  /** Stores the document of an exported file. */
  readonly importDocument: (file: File) => void;
  /** Reads on behind the open document's end. */
  readonly appendFile: (file: File) => void;
  /** Opens what can be done with a stored document, and closes it. */
  readonly toggleMenu: (id: string) => void;
  /** Opens the field for another title of a stored document, and closes it where there is none. */
  readonly startRenaming: (id: string | undefined) => void;
  readonly rename: (id: string, title: string) => void;
  /** Lists the documents whose title has this. */
  readonly search: (words: string) => void;
  /** Asks for confirmation first. */
  readonly deleteDocument: (manifest: DocumentManifest) => void;
  /** Asks for confirmation first. */
  readonly deleteModel: (model: StoredModel) => void;
  /** The answer of the delete dialog. */
  readonly confirmDelete: (isConfirmed: boolean) => void;
  /** Sets what is in the question's field. */
  readonly write: (draft: string) => void;
  readonly ask: (question: string) => void;
  /** Asks the last question once more. */
  readonly askAgain: (exchange: Exchange) => void;
  /** Asks it by another strategy, to show both answers. */
  readonly compare: (exchange: string, strategy: StrategyName) => void;
  /** Fetches what says how an answer came about. */
  readonly openAbout: () => void;
  readonly copyExchange: (exchange: Exchange) => void;
  /** All that was asked of the open document, as a file. */
  readonly exportThread: () => void;
  /** Lights a passage in the text and shows it. */
  readonly showPassage: (passage: PassageName) => void;
  /** Closes what a narrow page shows a passage in. */
  readonly closeSheet: () => void;
  /** Goes on from there to the text. */
  readonly showInText: () => void;
  /** Shows the text (0 to 1 of it) from there. */
  readonly showPlace: (fraction: number) => void;
  readonly showTab: (tab: Tab) => void;
  readonly cancel: () => void;
  /** Goes on with a reading that was stopped. */
  readonly resume: () => void;
  readonly skipTuning: () => void;
  readonly dismissError: () => void;
}

/** A passage of an answer, by the number that it is shown with, from 1. */
export interface PassageName {
  readonly exchange: string;
  readonly number: number;
}

/** What a narrow page shows. */
export type Tab = 'text' | 'ask';
