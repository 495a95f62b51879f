import { expect, test } from 'vitest';
import type { ReadSettings } from '@longread/core';
import { settings } from '../testing/fixtures.ts';
import { fingerprintOf } from './identity.ts';

const model = 'b179'.repeat(16);

test('the same model and settings give the same fingerprint, whatever the order of keys', async () => {
  const { heads, ...rest } = settings;
  const reordered = { heads, ...Object.fromEntries(Object.entries(rest).reverse()) } as ReadSettings;
  expect(await fingerprintOf(model.toUpperCase(), reordered)).toBe(await fingerprintOf(model, settings));
  expect(await fingerprintOf(model, settings)).toMatch(/^[0-9a-f]{64}$/);
});

test('any other model, setting or calibrated head gives another fingerprint', async () => {
  const [first, second] = settings.heads;
  const others: ReadSettings[] = [
    { ...settings, chunkSize: 9 },
    { ...settings, budget: 9 },
    { ...settings, recent: 9 },
    { ...settings, exitLayer: 9 },
    { ...settings, heads: [] },
    { ...settings, heads: [second, first].flatMap((head) => head ?? []) },
    { ...settings, heads: settings.heads.map((head) => ({ ...head, type: 'V' as const })) },
    { ...settings, heads: settings.heads.map((head) => ({ ...head, head: head.head + 1 })) },
    { ...settings, heads: settings.heads.map((head) => ({ ...head, layer: head.layer + 1 })) },
  ];
  const prints = await Promise.all([
    fingerprintOf(model, settings),
    fingerprintOf('0'.repeat(64), settings),
    fingerprintOf(model, settings, { beginId: 0 }),
    fingerprintOf(model, settings, { beginId: 1 }),
    ...others.map((other) => fingerprintOf(model, other)),
    fingerprintOf(model, settings, { weights: 'int8' }),
    fingerprintOf(model, settings, { weights: 'int4' }),
  ]);
  expect(new Set(prints).size).toBe(prints.length);
});
