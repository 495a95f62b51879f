// The strategies that choose what to recompute, on a tiny model: with room for everything they answer as full does, with less they read
// what they say, and what they refuse they refuse before anything is read.
import { beforeAll, describe, expect, test } from 'vitest';
import type { Engine, LongreadDocument } from '../api.ts';
import { sharedEngine, tinyProse } from '../testing/tiny.ts';

const strategies = ['truncate', 'bm25', 'layer', 'chunks', 'fold'] as const;
const short = tinyProse(25);
const fact = 'Zebedee hid gold under Quonset.';
const long = `${tinyProse(120)} ${fact} ${tinyProse(120, 2)}`;

let engine: Engine;
let shortDocument: LongreadDocument;
let longDocument: LongreadDocument;
beforeAll(async () => {
  engine = await sharedEngine();
  shortDocument = await engine.ingest(short);
  longDocument = await engine.ingest(long);
});

describe.each(strategies)('%s', (strategy) => {
  test('answers like full when there is room for everything', async () => {
    const options = { strategy, maxNewTokens: 12 } as const;
    const answer = await shortDocument.ask('where?', options).result();
    const full = await shortDocument.ask('where?', { ...options, strategy: 'full' }).result();
    expect(answer.text).toBe(full.text);
    expect(answer.stats).toMatchObject({ strategy, gatheredTokens: shortDocument.manifest.numTokens });
  });

  test('recomputes at most as many tokens as the gather size says', async () => {
    const options = { strategy, maxNewTokens: 4, gather: { gatherSize: 130 } } as const;
    const { stats } = await longDocument.ask('Where is Zebedee?', options).result();
    const numTokens = longDocument.manifest.numTokens;
    const evenly = Math.ceil(numTokens / Math.ceil(numTokens / 130));
    const expected = { chunks: [evenly, evenly - 1, numTokens % evenly], fold: [0] } as const;
    expect(strategy in expected ? expected[strategy as keyof typeof expected] : [130]).toContain(
      stats.gatheredTokens,
    );
    expect(stats.phases.map(({ name }) => name)).toEqual(['gather', 'recompute', 'decode']);
  });

  test('can be cancelled, and leaves nothing', async () => {
    const { gpuBytes } = await engine.info();
    const controller = new AbortController();
    const answer = longDocument.ask('where?', {
      strategy,
      signal: controller.signal,
      maxNewTokens: 4,
      gather: { gatherSize: 64 },
      onProgress: () => controller.abort(),
    });
    await expect(answer.result()).rejects.toMatchObject({ code: 'Aborted' });
    expect((await engine.info()).gpuBytes).toBe(gpuBytes);
  });

  test('refuses what the window cannot hold before a document is read', async () => {
    const check = engine.check('where?', { strategy, gather: { gatherSize: 4096 } });
    await expect(check).rejects.toMatchObject({ code: 'LimitExceeded', details: { setting: 'gatherSize' } });
  });
});

test('truncate gathers both ends', async () => {
  const options = { strategy: 'truncate', maxNewTokens: 1, gather: { gatherSize: 64 } } as const;
  const { gathered } = await longDocument.ask('where?', options).result();
  expect(gathered).toHaveLength(2);
  expect(gathered[0]?.start).toBe(0);
  expect(gathered[1]?.end).toBe(long.length);
});

test('bm25 shows the chunk with the rare words, and reports its progress', async () => {
  const progress: number[] = [];
  const { evidence } = await longDocument
    .ask('Where did Zebedee hide his gold?', {
      strategy: 'bm25',
      maxNewTokens: 1,
      gather: { gatherSize: 256 },
      onProgress: ({ phase, done }) => {
        if (phase === 'gather') progress.push(done);
      },
    })
    .result();
  expect(evidence[0]?.text).toContain('Zebedee');
  expect(evidence[0]?.score).toBeGreaterThan(0);
  expect(progress.at(-1)).toBe(longDocument.manifest.numTokens);
  expect(progress.length).toBe(Math.ceil(longDocument.manifest.numTokens / 128));
});

test('reform puts what suits the question best right before it, a passage a paragraph', async () => {
  const ask = async (bestLast: boolean) => {
    const gather = { gatherSize: 130, bestLast };
    const { stats, gathered, text } = await longDocument
      .ask('Where is Zebedee?', { maxNewTokens: 4, gather })
      .result();
    const { tokens = 0 } = stats.phases.find(({ name }) => name === 'recompute') ?? {};
    return { tokens, gathered, size: stats.gatheredTokens, text };
  };
  const answer = await shortDocument.ask('where?', { maxNewTokens: 12 }).result();
  const full = await shortDocument.ask('where?', { maxNewTokens: 12, strategy: 'full' }).result();
  expect(answer.text).toBe(full.text); // one run has no order

  const inOrder = await ask(false);
  const bestLast = await ask(true);
  expect(bestLast.gathered).toEqual(inOrder.gathered);
  expect(bestLast.size).toBe(130);
  // As many tokens again, but for what both prompts begin with and the line breaks between the paragraphs.
  expect(bestLast.tokens).toBeGreaterThan(100);
  const again = await ask(true);
  expect(again.text).toBe(bestLast.text);
  expect(again.tokens).toBeLessThan(bestLast.tokens); // the cache has it
});
