// What a reader can do; the views call these and nothing else.
import type { DocumentManifest, StoredModel } from 'longread';

export interface Actions {
  readonly loadModel: () => void;
  /** Several files are the parts of one model. */
  readonly pickModel: (files: readonly File[]) => void;
  readonly pickDocument: (file: File) => void;
  readonly readText: (text: string) => void;
  readonly openDocument: (id: string) => void;
  /** Asks for confirmation first. */
  readonly deleteDocument: (manifest: DocumentManifest) => void;
  /** Asks for confirmation first. */
  readonly deleteModel: (model: StoredModel) => void;
  readonly ask: (question: string) => void;
  readonly cancel: () => void;
  readonly skipTuning: () => void;
  readonly dismissError: () => void;
}
