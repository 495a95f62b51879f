// Selections, hops and their spans on golden score curves (e2e/golden/README.md): computed outside this project, scores rounded to six
// decimals. The product's own settings are among them.
import { readFileSync } from 'node:fs';
import type { HeadRange } from '@longread/core';
import { describe, expect, test } from 'vitest';
import { calibrationFor } from './calibration.ts';
import { defaultGather } from './gather-settings.ts';
import { bestWindows, planGather, planWholeWindows } from './gather.ts';
import { hopSizes, planHop } from './hops.ts';
import type { TokenSpan } from './spans.ts';
import { defaultReadSettings } from './read-settings.ts';
import { smolLm2 } from './testing.ts';
import { allScores } from './token-scores.ts';

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

interface GoldenLate {
  readonly settings: Golden['settings'] & { readonly lateHeads: HeadRange };
  readonly exact: Pick<GoldenHop, 'scores' | 'selected'>;
  readonly stored: Pick<GoldenHop, 'scores' | 'selected'>;
}

interface GoldenHop {
  readonly spans: readonly (readonly [start: number, end: number])[];
  readonly scores: readonly number[];
  readonly selected: readonly number[];
}

interface GoldenProduct {
  readonly settings: object;
  readonly exact: readonly GoldenHop[];
  readonly stored: readonly GoldenHop[];
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../e2e/golden/${name}`, import.meta.url), 'utf8'));
const golden = read('reform.json') as Golden;
const product = read('product.json') as GoldenProduct;
const lateValues = read('late.json') as GoldenLate;
const { model_sha256 } = read('tokenizer.json') as { readonly model_sha256: string };

test.each(['cosine', 'standardised'] as const)('%s scores give the golden selection', (scoring) => {
  const scores = Float32Array.from(golden[`${scoring}_scores`]);
  const { smoothWindow, gatherSize, keepEnds } = golden.settings;
  const settings = { ...defaultGather(smolLm2, 0), smoothWindow, gatherSize, keepEnds };
  expect([...planGather(allScores(scores), settings)]).toEqual(golden[`selected_${scoring}`]);
});

test.each(['exact', 'stored'] as const)('late interaction selects as it should (%s)', (kind) => {
  const { scores, selected } = lateValues[kind];
  const settings = { ...defaultGather(smolLm2, 0), ...lateValues.settings };
  const windows = bestWindows(
    allScores(Float32Array.from(scores)),
    settings,
    settings.gatherSize + 2 * settings.keepEnds,
  );
  expect([...planWholeWindows(windows, scores.length, settings)]).toEqual(selected);
});

describe("the product's own", () => {
  const settings = defaultGather(smolLm2, 0);

  test('settings are those of the golden values', () => {
    const calibration = calibrationFor(model_sha256, smolLm2);
    expect(calibration.origin).toBe('packaged');
    const { heads, exitLayer } = defaultReadSettings(smolLm2, calibration);
    // The document is read in smaller chunks, so that the test of the whole stage stays short.
    const reading = { chunkSize: 512, budget: 512, recent: 128 };
    const { wholeSentences, followFrom, rarePlaces, bestLast, ...plan } = settings;
    expect([wholeSentences, followFrom, rarePlaces, bestLast]).toEqual([true, 7, 8, true]); // not in the scores
    expect(product.settings).toEqual({ ...reading, heads, exitLayer, ...plan });
    const late = defaultGather(smolLm2, 0, undefined, calibration);
    expect(late).toMatchObject({ scoring: 'late-interaction', hops: 1 });
    const { smoothWindow, lateHeads } = lateValues.settings;
    expect([late.smoothWindow, late.lateHeads]).toEqual([smoothWindow, lateHeads]);
  });

  test.each(['exact', 'stored'] as const)('hops on %s embeddings ask and select as they should', (kind) => {
    const hops = product[kind];
    const sizes = hopSizes(settings.gatherSize, settings.hops);
    expect(hops).toHaveLength(2);
    const asked: TokenSpan[] = [];
    let taken = new Uint32Array();
    for (const [hop, { scores, spans, selected }] of hops.entries()) {
      const before = hops[hop - 1];
      const next = before ? planHop(allScores(Float32Array.from(before.scores)), settings, asked) : [];
      expect(next.map(({ start, end }) => [start, end])).toEqual(spans);
      asked.push(...next);
      const isLast = hop === hops.length - 1;
      taken = planGather(
        allScores(Float32Array.from(scores)),
        { ...settings, keepEnds: isLast ? settings.keepEnds : 0 },
        { size: sizes[hop] ?? NaN, taken },
      );
      expect([...taken]).toEqual(selected);
    }
  });
});
