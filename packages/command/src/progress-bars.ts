// How a command shows the engine's progress: as bars on a terminal, as lines elsewhere.
import type { Progress } from 'longread';

export interface ProgressBars {
  /** Shows one step of a phase; a new phase ends the bar before it. */
  readonly update: (progress: Progress) => void;
  /** Ends the bar that runs, if any, so that other output starts on its own line. */
  readonly stop: () => void;
}
