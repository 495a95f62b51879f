// Which layer the strategy layer searches.
import type { ReadSettings } from '@longread/core';

/** The layer whose keys are searched: the last that compress has calibrated heads in. */
export function searchedLayer({ exitLayer }: Pick<ReadSettings, 'exitLayer'>): number {
  return exitLayer - 1;
}
