// The budget of what a page loads, and that what it loads late it does load late.
import { expect, test } from 'vitest';
import { elementScripts, engineScripts, pageScripts } from './scripts.ts';
import { gzipBytes } from './sizes.ts';

/** Bytes by gzip that a page loads for the element alone, until it is given a model. */
const elementBudget = 30_000;

const kB = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;

test('the scripts of a plain page are within budget', async () => {
  const scripts = await pageScripts();
  const element = gzipBytes(scripts, ['longread-element.js']);
  const before = gzipBytes(scripts, [
    'longread-element.js',
    'longread-late.js',
    'longread-engine.js',
    'longread-worker.js',
  ]);
  console.info(`gzip: the element ${kB(element)} of 30, all script before the model ${kB(before)} of 250`);
  expect(element).toBeGreaterThan(5_000);
  expect(element).toBeLessThan(elementBudget);
  expect(before).toBeGreaterThan(element + 50_000);
  expect(before).toBeLessThan(250_000);
});

test('a worker is one file, and what runs beside it does not bring the engine', async () => {
  const scripts = await engineScripts();
  expect(scripts.find(({ name }) => name === 'worker.js')).toMatchObject({ imports: [] });
  const outside = gzipBytes(scripts, ['index.js']);
  console.info(`gzip: longread beside its worker ${kB(outside)}, not minified`);
  expect(outside).toBeLessThan(36_000);
  expect(gzipBytes(scripts, ['readers.js'])).toBeLessThan(30_000); // what reads PDF comes with the first of them
  const all = scripts.flatMap(({ imports }) => imports);
  expect(all.filter((name) => scripts.every((script) => script.name !== name))).toEqual([]);
});

test('the element leaves Lit and the engine to the page', async () => {
  const scripts = await elementScripts();
  const own = new Set(scripts.map(({ name }) => name));
  const others = scripts.flatMap(({ imports }) => imports).filter((name) => !own.has(name));
  expect(others.filter((name) => !/^(?:lit|longread)\b/.test(name))).toEqual([]);
  const paths = scripts.flatMap(({ modules }) => modules);
  expect(paths.filter((path) => /node_modules.(?:lit|@lit|longread)\b|packages.engine/.test(path))).toEqual(
    [],
  );
});
