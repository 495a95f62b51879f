// The selection on golden score curves (e2e/golden/README.md): computed outside this project, scores rounded to six decimals.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { defaultGather } from './gather-settings.ts';
import { planGather } from './gather.ts';
import { smolLm2 } from './testing.ts';

interface Golden {
  readonly settings: {
    readonly smoothWindow: number;
    readonly gatherSize: number;
    readonly keepEnds: number;
  };
  readonly cosine_scores: readonly number[];
  readonly standardised_scores: readonly number[];
  readonly selected_cosine: readonly number[];
  readonly selected_standardised: readonly number[];
}

const file = new URL('../../../e2e/golden/reform.json', import.meta.url);
const golden = JSON.parse(readFileSync(file, 'utf8')) as Golden;

test.each(['cosine', 'standardised'] as const)('%s scores give the golden selection', (scoring) => {
  const scores = Float32Array.from(golden[`${scoring}_scores`]);
  const { smoothWindow, gatherSize, keepEnds } = golden.settings;
  const settings = { ...defaultGather(smolLm2, 0), smoothWindow, gatherSize, keepEnds };
  expect([...planGather(scores, settings)]).toEqual(golden[`selected_${scoring}`]);
});
