// The recommended models: a list that is one, of what loads, whose facts agree with each other.
import { expect, it } from 'vitest';
import { families } from '../families.ts';
import { parseHubId } from '../hub.ts';
import { matrixTypes } from '../repack/source-types.ts';
import data from './models.json' with { type: 'json' };
import { plannedHeader } from './planned-header.ts';
import { readRecommended, sourceOf, type RecommendedModel } from './recommended.ts';

const { date, models } = readRecommended();
const [first] = models;
const named = models.map((model) => [model.name, model] as const);

it('is of a day, and has each model once, the smallest first', () => {
  expect(Date.parse(date)).toBeLessThanOrEqual(Date.now());
  expect(new Set(models.map(({ name }) => name)).size).toBe(models.length);
  expect(new Set(models.map(({ file }) => file.name)).size).toBe(models.length);
  const sizes = models.map(({ parameters }) => parameters);
  expect(models.length).toBeGreaterThan(8);
  expect(sizes[0]).toBe(Math.min(...sizes));
});

it.each(named)('%s is of a family and of types that load', (_, model) => {
  expect(families.map(({ architecture }) => architecture)).toContain(model.family);
  const readable = [...matrixTypes.values()].map(({ format }) => format);
  const { tensors } = plannedHeader(model);
  for (const { layout } of tensors) expect(readable).toContain(layout.format);
});

it.each(named)('%s has as many weights as it is said to have, in as many bytes', (_, model) => {
  const { tensors, tensorBytes } = plannedHeader(model);
  const weights = tensors.reduce((sum, { layout }) => sum + layout.rows * layout.cols, 0);
  expect(weights).toBe(model.parameters);
  if (model.file.bytes === null) return;
  // What is left is the header: tokens, their merges and types, about 40 to 65 bytes each.
  const perToken = (model.file.bytes - tensorBytes) / model.vocabulary;
  expect(perToken).toBeGreaterThan(20);
  expect(perToken).toBeLessThan(70);
});

it.each(named)('%s is found where it says, and hashes are of files that were seen here', (_, model) => {
  const { hub, pip, sha256, name } = model.file;
  expect(hub ?? pip).not.toBeNull();
  expect(sha256 !== null).toBe(model.facts === 'measured here');
  const source = sourceOf(model);
  if (hub === null) expect(source).toBeUndefined();
  else
    expect(parseHubId(source ?? '')).toEqual({
      repo: hub.repo,
      file: name,
      ...(hub.revision !== null && { revision: hub.revision }),
    });
});

const changed = (change: (model: RecommendedModel) => object) => ({
  ...data,
  models: [first, first && change(first)],
});

it.each<[string, unknown]>([
  ['nothing', null],
  ['another kind of value', 'models'],
  ['a list without a day', { models: data.models }],
  ['no day', { ...data, date: 'yesterday' }],
  ['a key that nobody reads', { ...data, note: '' }],
  ['no name', changed((model) => ({ ...model, name: ' ' }))],
  ['half a parameter', changed((model) => ({ ...model, parameters: 0.5 }))],
  ['no bytes', changed((model) => ({ ...model, file: { ...model.file, bytes: 0 } }))],
  ['another hash', changed((model) => ({ ...model, file: { ...model.file, sha256: 'B179' } }))],
  [
    'a name outside its folder',
    changed((model) => ({ ...model, file: { ...model.file, name: '../a.gguf' } })),
  ],
  ['a type that nobody knows', changed((model) => ({ ...model, file: { ...model.file, type: 'Q4_K_XL' } }))],
  ['a branch', changed((m) => ({ ...m, file: { ...m.file, hub: { repo: 'a/b', revision: 'main' } } }))],
  ['no repository', changed((m) => ({ ...m, file: { ...m.file, hub: { repo: 'b', revision: null } } }))],
  ['facts of nobody', changed((model) => ({ ...model, facts: 'well known' }))],
])('is refused with %s', (_, value) => {
  expect(() => readRecommended(value)).toThrow(/Invalid|received/);
});

it('plans no model of a family or shape that does not load', () => {
  if (first === undefined) throw new Error('the list is empty');
  expect(() => plannedHeader({ ...first, family: 'mamba' })).toThrow('Architecture "mamba"');
  expect(() => plannedHeader({ ...first, keys: { ...first.keys, 'attention.head_count': 7 } })).toThrow(
    'attention.head_count',
  );
  expect(() => plannedHeader({ ...first, keys: {} })).toThrow('block_count');
});
