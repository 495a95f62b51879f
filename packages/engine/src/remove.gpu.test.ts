// What is taken out of a document is gathered no more, by any strategy, here or where it is opened again.
import { beforeAll, describe, expect, test } from 'vitest';
import type { Engine, LongreadDocument } from './api.ts';
import { sharedEngine, tinyProse } from './testing/tiny.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await sharedEngine();
});

const files = ['first.txt', 'second.txt', 'third.txt'] as const;

async function corpus(seed: number) {
  const texts = [tinyProse(60, seed), `${tinyProse(50, seed + 1)} 🌊`, tinyProse(70, seed + 2)];
  const text = texts.join('\n\n');
  const starts = [0, (texts[0]?.length ?? 0) + 2, text.length - (texts[2]?.length ?? 0)];
  const outline = files.map((label, i) => ({ start: starts[i] ?? 0, kind: 'file', label }) as const);
  const document = await engine.ingest(text, { title: 'Corpus', outline });
  const rangeOf = (i: number) => ({ start: starts[i] ?? 0, end: starts[i + 1] ?? text.length });
  return { document, text, rangeOf };
}

const ask = (document: Pick<LongreadDocument, 'ask'>, options = {}) =>
  document.ask('where?', { maxNewTokens: 4, gather: { gatherSize: 160 }, ...options }).result();

const touches = (found: readonly { start: number; end: number }[], range: { start: number; end: number }) =>
  found.some(({ start, end }) => start < range.end && end > range.start);

describe('remove', () => {
  test.each([0, 1, 2])('of file %i: nothing of it is gathered, and all else is where it was', async (out) => {
    const { document, text, rangeOf } = await corpus(90 + 10 * out);
    expect(touches((await ask(document, { gather: { gatherSize: 480 } })).gathered, rangeOf(out))).toBe(true);
    await document.remove(rangeOf(out));
    expect(document.manifest.removed).toHaveLength(1);
    for (const strategy of ['reform', 'bm25', 'truncate', 'full'] as const) {
      const { evidence, gathered } = await ask(document, { strategy });
      expect(gathered.length).toBeGreaterThan(0);
      expect(touches(gathered, rangeOf(out))).toBe(false);
      for (const { start, end, text: said, place, document: name } of evidence) {
        expect(said).toBe(text.slice(start, end));
        expect(place.file).toBe(files.find((_, i) => start >= rangeOf(i).start && start < rangeOf(i).end));
        expect(name).toBeUndefined();
      }
    }
    // Where there is room for all that is left, it is all that is gathered.
    const { gathered } = await ask(document, { strategy: 'full' });
    const covered = gathered.reduce((sum, { start, end }) => sum + end - start, 0);
    const { start, end } = rangeOf(out);
    expect(Math.abs(covered - (text.length - (end - start)))).toBeLessThan(8); // a token at each edge
    expect(await document.text()).toBe(text);
    const again = await engine.documents.open(document.manifest.id);
    expect((await ask(again)).gathered).toEqual((await ask(document)).gathered);
    const together = await engine.documents.together([document.manifest.id]);
    expect(touches((await ask(together)).gathered, rangeOf(out))).toBe(false);
    await together.close();
  });

  test('twice, then a text more; the source given again brings it back', async () => {
    const { document, text, rangeOf } = await corpus(130);
    await document.remove(rangeOf(0));
    await document.remove({ start: rangeOf(1).start + 5, end: rangeOf(1).start + 60 });
    expect(document.manifest.removed).toHaveLength(2);
    const more = ` ${tinyProse(40, 131)}`;
    await document.append(more);
    const { gathered, evidence } = await ask(document);
    expect(touches(gathered, rangeOf(0))).toBe(false);
    for (const { start, end, text: said } of evidence) expect(said).toBe((text + more).slice(start, end));
    const other = await corpus(150);
    await other.document.remove(other.rangeOf(1));
    const back = await engine.ingest(other.text);
    expect(back.manifest.id).toBe(other.document.manifest.id);
    expect(back.manifest.removed).toBeUndefined();
    expect(touches((await ask(back, { gather: { gatherSize: 480 } })).gathered, other.rangeOf(1))).toBe(true);
  });

  test('is taken back file by file: the answer is as before, and nothing is read', async () => {
    const { document, rangeOf } = await corpus(190);
    const before = await ask(document);
    for (const out of [0, 1]) await document.remove(rangeOf(out));
    expect(document.manifest.removed).toHaveLength(1); // one behind the other
    await document.restore(rangeOf(0));
    expect(touches((await ask(document, { gather: { gatherSize: 480 } })).gathered, rangeOf(0))).toBe(true);
    expect(touches((await ask(document, { gather: { gatherSize: 480 } })).gathered, rangeOf(1))).toBe(false);
    const { start, end } = rangeOf(1);
    const middle = Math.floor((start + end) / 2);
    await document.restore({ start: middle, end: middle + 9 });
    expect(document.manifest.removed).toHaveLength(2); // before it and behind it
    const again = await engine.documents.open(document.manifest.id);
    expect(again.manifest.removed).toEqual(document.manifest.removed);
    expect((await ask(again)).gathered).toEqual((await ask(document)).gathered);
    await document.restore(rangeOf(1));
    expect(document.manifest.removed).toBeUndefined();
    const after = await ask(document);
    expect([after.text, after.gathered]).toEqual([before.text, before.gathered]);
    await document.restore(rangeOf(2)); // was never out
    expect(document.manifest.removed).toBeUndefined();
    for (const range of [
      { start: 9, end: 5 },
      { start: 0, end: 1e9 },
      { start: Number.NaN, end: 5 },
    ])
      await expect(document.restore(range)).rejects.toMatchObject({ code: 'InvalidInput' });
  });

  test('of nothing changes nothing; of all of it, or of what is not there, it is refused', async () => {
    const { document, text } = await corpus(170);
    await document.remove({ start: 7, end: 7 });
    expect(document.manifest.removed).toBeUndefined();
    await expect(document.remove({ start: 0, end: text.length })).rejects.toThrow('Delete it instead');
    for (const range of [
      { start: -1, end: 5 },
      { start: 9, end: 5 },
      { start: 0, end: text.length + 1 },
      { start: 0.5, end: 5 },
      { start: Number.NaN, end: 5 },
    ])
      await expect(document.remove(range)).rejects.toMatchObject({ code: 'InvalidInput' });
    expect((await ask(document)).gathered.length).toBeGreaterThan(0);
  });
});
