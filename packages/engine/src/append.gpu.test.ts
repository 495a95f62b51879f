// Appending on a tiny model: equal to reading at once where chunks agree, and to itself when it was interrupted, bit for bit.
import { beforeAll, describe, expect, test } from 'vitest';
import type { Answer, Engine, LongreadDocument } from './api.ts';
import { storedOf } from './testing/stored.ts';
import { sharedDatabase, sharedEngine, tinyProse } from './testing/tiny.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await sharedEngine();
});

const question = 'where?';
const settings = { maxNewTokens: 8, gather: { gatherSize: 128 } };
const content = ({ text, evidence, finish }: Answer) => ({ text, evidence, finish });
const stored = (document: LongreadDocument) => storedOf(sharedDatabase, document);
const ask = async (document: LongreadDocument) => content(await document.ask(question, settings).result());

/** Cancels an append once it has read `tokens` of its text. */
async function appendUntil(document: LongreadDocument, text: string, tokens: number): Promise<void> {
  const controller = new AbortController();
  const appending = document.append(text, {
    signal: controller.signal,
    onProgress: ({ phase, done }) => {
      if (phase === 'compress' && done > tokens) controller.abort();
    },
  });
  await expect(appending).rejects.toMatchObject({ code: 'Aborted' });
}

describe('append', () => {
  const tries: Promise<unknown>[] = [];

  test('after whole chunks it equals reading both texts at once', async () => {
    const text = tinyProse(180, 4);
    const whole = await engine.ingest(text, { title: 'Whole' });
    const first = await engine.ingest(text, { maxTokens: 128 });
    const rest = text.slice(first.manifest.numChars);
    const phases = await first.append(rest);
    expect(phases.map(({ name }) => name)).toEqual(['tokenize', 'compress', 'persist']);
    expect(phases[1]?.tokens).toBe(whole.manifest.numTokens - 128);
    expect(await stored(first)).toEqual(await stored(whole));
    expect(await ask(first)).toEqual(await ask(whole));
    const { numTokens, numChunks, numChars, sizeBytes, state } = whole.manifest;
    expect(first.manifest).toMatchObject({ numTokens, numChunks, numChars, sizeBytes, state });
  });

  test('after a ragged chunk, twice: evidence counts on through the source, and opening it again gives the same', async () => {
    const texts = [tinyProse(50, 5), ` 🌊 ${tinyProse(40, 6)}`, ` ${tinyProse(60, 7)}`];
    const document = await engine.ingest(texts[0] ?? '');
    const { numTokens } = document.manifest;
    expect(numTokens % 64).not.toBe(0);
    await document.append(texts[1] ?? '');
    await document.append(new Blob([texts[2] ?? '']));
    const all = texts.join('');
    expect(document.manifest).toMatchObject({ numChars: all.length, state: 'ready' });
    expect(document.manifest.parts[1]).toMatchObject({
      firstToken: numTokens,
      firstChar: texts[0]?.length,
    });
    const answer = await ask(document);
    expect(answer.evidence.some(({ start }) => start > (texts[0]?.length ?? 0))).toBe(true);
    for (const { start, end, text } of answer.evidence) expect(text).toBe(all.slice(start, end));
    const reopened = await engine.documents.open(document.manifest.id);
    expect(await ask(reopened)).toEqual(answer);
    // The first text alone is another document now.
    expect((await engine.ingest(texts[0] ?? '')).manifest.id).not.toBe(document.manifest.id);
  });

  test('interrupted, it is usable as of its last whole chunk and ends in the state of one that was not', async () => {
    const [text, more] = [tinyProse(50, 8), tinyProse(130, 9)];
    const interrupted = await engine.ingest(text);
    const before = interrupted.manifest;
    await appendUntil(interrupted, more, 150);
    expect(interrupted.manifest).toMatchObject({ state: 'reading', numTokens: before.numTokens + 128 });
    expect(await ask(interrupted)).toEqual(await ask(await engine.documents.open(interrupted.manifest.id)));
    const other = interrupted.append('another text');
    await expect(other).rejects.toMatchObject({ code: 'InvalidInput' });
    await expect(other).rejects.toThrow('Give the text that was interrupted again');

    await interrupted.close();
    const resumed = await engine.documents.open(interrupted.manifest.id);
    const phases = await resumed.append(more);
    const whole = await engine.ingest(text, { reuse: false });
    await whole.append(more);
    expect(phases[1]?.tokens).toBe(whole.manifest.numTokens - before.numTokens - 128);
    expect(await stored(resumed)).toEqual(await stored(whole));
    expect(await ask(resumed)).toEqual(await ask(whole));
    const { sourceHash, parts, sizeBytes, state } = whole.manifest;
    expect(resumed.manifest).toMatchObject({ sourceHash, parts, sizeBytes, state });
  });

  test('cancelled within its first chunk, or of nothing, it changes nothing', async () => {
    const document = await engine.ingest(tinyProse(50, 10));
    const before = [await stored(document), await ask(document)];
    await appendUntil(document, tinyProse(50, 11), 0);
    await expect(document.append(' ')).rejects.toMatchObject({ code: 'InvalidInput' });
    expect(document.manifest.state).toBe('ready');
    expect([await stored(document), await ask(document)]).toEqual(before);
  });

  test('another title stays, in what is open and through what is appended', async () => {
    const document = await engine.ingest(tinyProse(50, 17), { title: 'Draft' });
    const { id } = document.manifest;
    const renamed = await engine.documents.rename(id, '  <b>Voyage</b> \u202e2 ');
    expect(renamed.title).toBe('<b>Voyage</b> \u202e2');
    expect(document.manifest.title).toBe(renamed.title);
    await document.append(tinyProse(20, 18));
    expect(document.manifest.title).toBe(renamed.title);
    expect((await engine.documents.open(id)).manifest.title).toBe(renamed.title);
    for (const title of ['', ' \n', 'x'.repeat(501), 7 as unknown as string])
      await expect(engine.documents.rename(id, title)).rejects.toMatchObject({ code: 'InvalidInput' });
    await expect(engine.documents.rename('nobody', 'x')).rejects.toMatchObject({ code: 'InvalidInput' });
    await document.append(tinyProse(60, 19), {
      onProgress: ({ phase }) => {
        if (phase === 'compress')
          tries.push(engine.documents.rename(id, 'Meanwhile').catch((error: unknown) => error));
      },
    });
    expect(await tries[0]).toMatchObject({ code: 'DocumentInUse' });
    expect((await engine.documents.list()).find((each) => each.id === id)?.title).toBe(renamed.title);
  });

  test('places and notes of what is appended are told in the whole document, also when it is opened', async () => {
    const heading = (start: number, label: string) => ({ start, kind: 'heading', label }) as const;
    const document = await engine.ingest(tinyProse(50, 15), { outline: [heading(0, 'One')] });
    const { numChars } = document.manifest;
    const beyond = document.append('Too short.', { outline: [heading(11, 'Two')] });
    await expect(beyond).rejects.toMatchObject({ code: 'InvalidInput' });
    await document.append(tinyProse(40, 16), { outline: [heading(5, 'Two')], notes: ['Of a scan.'] });
    const places = [heading(0, 'One'), heading(numChars + 5, 'Two')];
    const opened = await engine.documents.open(document.manifest.id);
    expect([await document.outline(), await opened.outline()]).toEqual([places, places]);
    expect(opened.notes).toEqual(['Of a scan.']);
    const { evidence } = await opened.ask(question, settings).result();
    const headingOf = ({ start }: { readonly start: number }) => (start < numChars + 5 ? 'One' : 'Two');
    const inPart = evidence.filter(({ start }) => start < numChars || start >= numChars + 5);
    expect(inPart.length).toBeGreaterThan(0);
    expect(inPart.map(({ place }) => place.heading)).toEqual(inPart.map(headingOf));
  });

  test('a handle that another one has overtaken goes on from the stored document', async () => {
    const document = await engine.ingest(tinyProse(50, 12));
    const other = await engine.documents.open(document.manifest.id);
    const before = await ask(other);
    await document.append(tinyProse(40, 13));
    expect(await ask(other)).toEqual(before);
    await other.append(tinyProse(40, 14));
    expect(other.manifest.numTokens).toBeGreaterThan(document.manifest.numTokens);
    expect(await ask(other)).toEqual(await ask(await engine.documents.open(other.manifest.id)));
  });
});
