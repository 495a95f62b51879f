// Several documents of a tiny model asked as one: whose the passages are, and what is refused.
import { beforeAll, describe, expect, test } from 'vitest';
import type { Engine, LongreadDocument } from './api.ts';
import { createTinyEngine, sharedEngine, tinyProse, tinySettings } from './testing/tiny.ts';

let engine: Engine;
let documents: LongreadDocument[];
/** The documents' whole texts, as they were given. */
let texts: string[];

beforeAll(async () => {
  engine = await sharedEngine();
  const [first, second, third] = [tinyProse(150, 41), `${tinyProse(90, 42)} 🌊`, tinyProse(130, 43)];
  const more = ` ${tinyProse(70, 44)}`;
  texts = [first, second + more, third];
  const appended = await engine.ingest(second, { title: 'Waves' });
  const files = [
    { start: 0, kind: 'file', label: 'a.txt' },
    { start: 200, kind: 'file', label: 'b.txt' },
  ] as const;
  documents = [
    await engine.ingest(first, { title: 'Stones' }),
    appended,
    await engine.ingest(third, { title: 'Files', outline: files }),
  ];
  await appended.append(more);
});

const idsOf = (of: readonly LongreadDocument[]) => of.map(({ manifest }) => manifest.id);
const textOf = (id: string | undefined) => texts[idsOf(documents).indexOf(id ?? '')] ?? '';

describe('documents together', () => {
  test('name whose a passage is, and where it stands in it', async () => {
    const together = await engine.documents.together(idsOf(documents));
    expect(together.documents.map(({ title }) => title).sort()).toEqual(['Files', 'Stones', 'Waves']);
    for (const question of ['where?', 'who went to the mill?', '🌊']) {
      const { evidence, gathered } = await together
        .ask(question, { maxNewTokens: 4, gather: { gatherSize: 160 } })
        .result();
      expect(evidence.length).toBeGreaterThan(0);
      for (const { document, start, end, text, place } of evidence) {
        expect(text).toBe(textOf(document?.id).slice(start, end));
        const file = document?.title === 'Files' ? (start < 200 ? 'a.txt' : 'b.txt') : document?.title;
        expect(place.file).toBe(file);
        expect(place.fraction).toBeCloseTo(start / textOf(document?.id).length, 1);
      }
      for (const { start, end, document } of gathered)
        expect(end).toBeLessThanOrEqual(textOf(document?.id).length + Number(start > end));
    }
    for (const [index, id] of idsOf(documents).entries()) {
      expect(await together.text(id)).toBe(texts[index]);
      expect(await together.text(id, 150, 260)).toBe(texts[index]?.slice(150, 260));
    }
    await expect(together.text('nowhere')).rejects.toMatchObject({ code: 'InvalidInput' });
    await expect(together.text(idsOf(documents)[0] ?? '', 9, 8)).rejects.toMatchObject({
      code: 'InvalidInput',
    });
    await together.close();
    await expect(together.ask('where?').result()).rejects.toMatchObject({ code: 'Closed' });
    await expect(together.text(idsOf(documents)[0] ?? '')).rejects.toMatchObject({ code: 'Closed' });
  });

  test('gather all of each where there is room, and one alone answers as it does by itself', async () => {
    const everything = { maxNewTokens: 6, gather: { gatherSize: 440 } };
    const short = [tinyProse(25, 51), tinyProse(30, 52), tinyProse(20, 53)];
    const read: LongreadDocument[] = [];
    for (const text of short) read.push(await engine.ingest(text));
    expect(read.reduce((sum, { manifest }) => sum + manifest.numTokens, 0)).toBeLessThan(440);
    const together = await engine.documents.together(idsOf(read));
    const { gathered } = await together.ask('where?', everything).result();
    for (const { manifest } of read) {
      const own = gathered.filter(({ document }) => document?.id === manifest.id);
      const covered = own.reduce((sum, { start, end }) => sum + end - start, 0);
      expect(covered).toBe(manifest.numChars);
    }
    await together.close();
    const [first] = read;
    const id = first?.manifest.id ?? '';
    const alone = await engine.documents.together([id, id]);
    expect(alone.documents).toHaveLength(1);
    const answer = await alone.ask('where?', everything).result();
    const own = await first?.ask('where?', everything).result();
    expect(answer.text).toBe(own?.text);
    expect(answer.gathered.map(({ start, end }) => ({ start, end }))).toEqual(own?.gathered);
    await alone.close();
  });

  test('answer by strategies that read all of it, and in conversations', async () => {
    const together = await engine.documents.together(idsOf(documents).slice(0, 2));
    const found = await together.ask('where?', { strategy: 'bm25', maxNewTokens: 0 }).result();
    expect(found.evidence.every(({ document }) => document !== undefined)).toBe(true);
    const talk = together.conversation();
    await talk.ask('where?', { maxNewTokens: 2 }).result();
    expect((await talk.ask('and then?', { maxNewTokens: 2 }).result()).stats.historyTurns).toBe(1);
    expect((await together.contextUsage('where?')).gathered).toBeGreaterThan(0);
    await together.close();
  });

  test('are planned as one document', async () => {
    const together = await engine.documents.together(idsOf(documents));
    const { plannedBytes, peakBytes } = together.memory;
    expect(peakBytes).toBeLessThanOrEqual(plannedBytes);
    expect(plannedBytes).toBeLessThan(1.02 * peakBytes);
    await together.close();
  });
});

describe('what cannot be asked together', () => {
  test('unknown documents, none, and what is no list of ids', async () => {
    const { documents: stored } = engine;
    await expect(stored.together(['nowhere'])).rejects.toMatchObject({ code: 'InvalidInput' });
    await expect(stored.together([])).rejects.toThrow('no document to ask');
    await expect(stored.together('all' as never)).rejects.toThrow('no list of ids');
    await expect(stored.together([7] as never)).rejects.toThrow('no list of ids');
  });

  test('a document that was read otherwise is named, or left out where none was named', async () => {
    const database = 'together';
    const shallow = { ...tinySettings, budget: 64 };
    const other = await createTinyEngine({ database, read: shallow });
    const { manifest } = await other.ingest(tinyProse(40, 45), { title: 'Read otherwise' });
    await other.dispose();
    const again = await createTinyEngine({ database });
    await expect(again.documents.together()).rejects.toThrow('no document to ask');
    const { manifest: mine } = await again.ingest(tinyProse(40, 46), { title: 'Mine' });
    await expect(again.documents.together([mine.id, manifest.id])).rejects.toThrow('Read otherwise');
    const all = await again.documents.together();
    expect(all.documents.map(({ id }) => id)).toEqual([mine.id]);
    // A document that goes takes the set with it, at once.
    await again.documents.delete(mine.id);
    await expect(all.ask('where?').result()).rejects.toMatchObject({ code: 'Closed' });
    await again.dispose();
  });

  test('cancelling before the first is read leaves nothing open', async () => {
    const controller = new AbortController();
    controller.abort();
    const opening = engine.documents.together(idsOf(documents), { signal: controller.signal });
    await expect(opening).rejects.toMatchObject({ code: 'Aborted' });
  });
});
