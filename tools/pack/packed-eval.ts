// The questions of an evaluation as they travel: written here, read there.
import type { EvalPart } from '@longread/bench/eval/runs.ts';
import type { PresetName } from '@longread/core';

/** In the pack's data. */
export const evalFile = 'eval.json.gz';

/** What `pack:gpu --eval` puts beside the tools, compressed by gzip. */
export interface PackedEval {
  readonly gather: number;
  readonly passages: boolean;
  readonly preset: PresetName | undefined;
  readonly parts: readonly EvalPart[];
  /** Keys of what was answered before the pack was made. */
  readonly known: readonly string[];
  readonly commit: string;
}
