// Every allocation of every call fails once, on a tiny model: the call says so with the browser's reason, leaves no buffer behind, and
// the engine answers as before, bit for bit.
import type { StrategyName } from '@longread/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer, AskOptions, Engine, LongreadDocument } from './api.ts';
import { refusalMessage, watchAllocations, type Allocations, type Refusal } from './testing/allocations.ts';
import { watchDevices, type Devices } from './testing/devices.ts';
import { createTinyEngine, tinyProse } from './testing/tiny.ts';

const text = tinyProse(25);
/** One chunk: a failure leaves nothing of it stored. */
const more = tinyProse(8, 3);
const check: AskOptions = { maxNewTokens: 3, gather: { gatherSize: 16 } };
/** Most tokens of an answer so far: one that may be longer allocates a longer decode cache. It ends at its first character. */
let longest = 32;
const content = ({ text: answer, evidence, finish }: Answer) => ({ answer, evidence, finish });

let allocations: Allocations;
let devices: Devices;
let engine: Engine;
let book: LongreadDocument;
beforeAll(async () => {
  allocations = watchAllocations();
  devices = watchDevices();
  engine = await createTinyEngine();
  book = await engine.ingest(text, { title: 'Whole' });
});
afterAll(async () => {
  await engine.dispose();
  const { liveBytes } = allocations;
  allocations.release();
  devices.release();
  expect(liveBytes).toBe(0);
});

const answered = async (document = book) => content(await document.ask('where?', check).result());

/**
 * Fails the first allocation of `call`, then the second, until it succeeds. After each failure `document` must answer as before, with
 * as many bytes allocated as before; where the call lets the decode cache grow, which later questions keep, as many as after it; where it
 * drops the cache, which may have been longer than this answer's, as many after each.
 * @returns what it resolves to, and how many failed
 */
async function failEach<T>(
  how: Refusal,
  call: () => Promise<T>,
  { document = book, grows = false, drops = false } = {},
): Promise<readonly [T, number]> {
  const before = await answered(document);
  const { liveBytes } = allocations;
  const seen: number[] = [];
  for (let nth = 1; ; nth++) {
    allocations.refuse(nth, how);
    const outcome = await call().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    const isFailed = allocations.allow();
    if ('value' in outcome) {
      expect(isFailed, `allocation ${nth} failed and nobody noticed`).toBe(false);
      expect(seen).toEqual(
        seen.map((bytes) => {
          if (drops) return Math.min(liveBytes, seen[0] ?? 0);
          return grows && bytes !== liveBytes ? allocations.liveBytes : liveBytes;
        }),
      );
      return [outcome.value, nth - 1];
    }
    expect(outcome.error, `allocation ${nth}`).toMatchObject({
      code: 'OutOfMemory',
      cause: { message: refusalMessage },
    });
    if (!grows) expect(allocations.liveBytes, `allocation ${nth}`).toBeLessThanOrEqual(liveBytes);
    expect(await answered(document), `allocation ${nth}`).toEqual(before);
    seen.push(allocations.liveBytes);
  }
}

describe.each(['scope', 'throw'] as const)('an allocation that fails (%s)', (how) => {
  test('while a document is read', async () => {
    const [read, numFailed] = await failEach(how, () => engine.ingest(text, { reuse: false }), {
      drops: true,
    });
    expect(numFailed).toBeGreaterThan(20);
    expect(await answered(read)).toEqual(await answered());
    await read.close();
    for (const { id } of await engine.documents.list()) {
      if (id !== book.manifest.id) await engine.documents.delete(id);
    }
  });

  test('while one is opened', async () => {
    const [opened, numFailed] = await failEach(how, () => engine.documents.open(book.manifest.id));
    expect(numFailed).toBeGreaterThan(10);
    expect(await answered(opened)).toEqual(await answered());
    await opened.close();
  });

  test('while one is appended to', async () => {
    const other = await engine.ingest(tinyProse(25, 2));
    const [, numFailed] = await failEach(how, () => other.append(more), {
      document: other,
      drops: true,
    });
    expect(numFailed).toBeGreaterThan(10);
    const fresh = await engine.ingest(tinyProse(25, 2), { reuse: false });
    await fresh.append(more);
    expect(await answered(other)).toEqual(await answered(fresh));
    for (const document of [other, fresh]) await engine.documents.delete(document.manifest.id);
  });

  // Of those that allocate the same one is enough, and where the browser throws instead, one of all.
  const different: readonly StrategyName[] = [
    'reform',
    'full',
    'h2o',
    'snapkv',
    'zsmerge',
    'pages',
    'layer',
    'chunks',
  ];
  test.each(how === 'scope' ? different : different.slice(0, 1))(
    'while it is asked by %s',
    async (strategy) => {
      longest += 32;
      const options = { ...check, gather: { gatherSize: 64 }, strategy };
      const stop = [(await book.ask('where?', options).result()).text.slice(0, 1)];
      const ask = () => book.ask('where?', { ...options, maxNewTokens: longest, stop }).result();
      const [answer, numFailed] = await failEach(how, ask, { grows: true });
      expect(numFailed).toBeGreaterThan(3);
      expect(content(await ask())).toEqual(content(answer));
    },
  );

  test('costs no device', () => {
    expect(devices.count).toBe(1);
  });
});

test.each([
  [1, 'throw'],
  [2, 'scope'],
  [20, 'throw'],
  [20, 'scope'],
] as const)(
  'an engine that fails at allocation %d (%s) while it is loaded leaves nothing',
  async (nth, how) => {
    const { liveBytes } = allocations;
    allocations.refuse(nth, how);
    await expect(createTinyEngine()).rejects.toMatchObject({
      code: 'OutOfMemory',
      cause: { message: refusalMessage },
    });
    expect(allocations.allow()).toBe(true);
    expect(allocations.liveBytes).toBe(liveBytes);
  },
);
