// Evidence is the source's own text, whole characters at both ends, whatever the text, the vocabulary and the gathered tokens are.
import { createTokenizer, openGguf } from '@longread/formats';
import { bytesSource, tinyLlama } from '@longread/formats/testing';
import { allScores } from '@longread/planner';
import { appendPart, chunkStartsOf, createManifest } from '@longread/store';
import { makeState, memoryOrigin, openStore, settings as storeSettings } from '@longread/store/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutChunks } from '../cut-chunks.ts';
import { createDocumentText } from '../document-text.ts';
import { createDocumentTokens } from '../document-tokens.ts';
import { createPersister } from '../persist.ts';
import { survey } from '../survey.ts';
import { withoutBytes } from '../testing/lossy.ts';
import { evidenceOf, gatheredRanges } from './evidence.ts';

const { tokenizer: definition } = await openGguf(bytesSource(tinyLlama(7)));
/** The second one lacks bytes of é, of 三 and of the letter n. */
const tokenizers = [createTokenizer(definition), withoutBytes(definition, [0xa9, 0xb8, 0x6e])];

/** Stores texts as the parts of a document, without a model; gives what evidence is made from, and the source. */
async function documentOf(sources: readonly string[], isLossy: boolean, maxTokens = 0, chunkSize = 16) {
  const store = openStore(memoryOrigin().open());
  const settings = { ...storeSettings, chunkSize };
  const tokenizer = tokenizers[isLossy ? 1 : 0];
  if (!tokenizer) throw new Error('no tokenizer');
  let manifest = createManifest({
    title: 'T',
    fingerprint: 'f',
    settings,
    textHash: '',
    maxTokens,
    notes: [],
  });
  const charEnds: number[] = [];
  for (const [i, source] of sources.entries()) {
    const surveyed = await survey(tokenizer, source, { maxTokens });
    if (i > 0) manifest = await appendPart(manifest, { textHash: '', maxTokens, notes: [] });
    const { firstChar, firstChunk } = manifest.parts[i] ?? { firstChar: 0, firstChunk: 0 };
    const persister = createPersister(store, manifest, { numTokens: surveyed.numTokens, stateBytes: 1 });
    let nextChar = firstChar;
    const start = { firstToken: 0, firstChar: 0 };
    for await (const chunk of cutChunks(tokenizer, surveyed, chunkSize, start)) {
      const { firstToken, tokenIds, text } = chunk;
      const index = firstChunk + firstToken / chunkSize;
      const numTokens = tokenIds.length;
      const ends = chunk.charEnds.map((at) => firstChar + at);
      charEnds.push(...ends);
      const embeddings = {
        numTokens,
        quants: new Int8Array(4 * numTokens * 4),
        scales: new Float32Array(4 * numTokens),
      };
      const record = { index, tokenIds, charEnds: ends, embeddings };
      persister.add({ record, text: { index, firstChar: nextChar, text } });
      nextChar += text.length;
      await persister.write(Promise.resolve(makeState(1, index + 1)));
    }
    manifest = await persister.ready();
  }
  const chunkStarts = chunkStartsOf(manifest);
  const ends = Uint32Array.from(charEnds);
  const tokens = createDocumentTokens(store, manifest, chunkStarts);
  return {
    charEnds: ends,
    tokens,
    text: createDocumentText(store, manifest, tokens, chunkStarts),
    manifest,
  };
}

const unit = fc.constantFrom(
  ...[
    'a',
    'the ',
    'n',
    ' ',
    '\n',
    '\r\n',
    'é',
    'e\u0301',
    '三',
    '国',
    'か\u3099',
    '한',
    '👩‍👩‍👧',
    '🇩🇪',
    '🇩',
    '1️⃣',
    'क्षि',
    'ﷺ',
  ],
  ...['\ufeff', '\ud800', '\udc00', '\0', '\x07', '\u200d', '\u0301', 'Z͑ͫ̓', '\t'],
);
const source = fc.array(unit, { minLength: 1, maxLength: 80 }).map((units) => units.join(''));

function boundariesOf(text: string): Set<number> {
  const segments = new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text);
  return new Set([...[...segments].map(({ index }) => index), text.length]);
}

test('every passage equals the source’s slice, whole characters at both ends, at every gather size', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(source, { minLength: 1, maxLength: 2 }),
      fc.boolean(),
      fc.integer({ min: 0, max: 20 }),
      fc.infiniteStream(fc.nat()),
      async (sources, isLossy, maxTokens, random) => {
        const document = await documentOf(sources, isLossy, maxTokens).catch((error: unknown) => {
          if (String(error).includes('InvalidInput')) return undefined; // nothing that can be read
          throw error;
        });
        if (document === undefined) return;
        const { numChars } = document.manifest;
        const whole = await document.text.slice({ start: 0, end: numChars });
        if (maxTokens === 0) expect(whole).toBe(sources.join(''));
        else if (sources.length === 1) expect(sources[0]?.slice(0, numChars)).toBe(whole);
        // Of a text that was cut: those of the whole source.
        const boundaries = boundariesOf(sources.length === 1 ? (sources[0] ?? '') : whole);
        const numTokens = document.charEnds.length;
        const scores = Float32Array.from({ length: numTokens }, (_, i) => (i * 7919) % 13);
        const sizes = [1, 2, 3, Math.ceil(numTokens / 2), numTokens];
        for (const size of sizes) {
          const start = (random.next().value ?? 0) % numTokens;
          const step = 1 + ((random.next().value ?? 0) % 9);
          const chosen = new Set(Array.from({ length: size }, (_, i) => (start + i * step) % numTokens));
          const positions = Uint32Array.from([...chosen].sort((a, b) => a - b));
          const evidence = await evidenceOf(document, positions, allScores(scores));
          expect(evidence.length).toBeGreaterThan(0);
          for (const passage of evidence) {
            expect(passage.text).toBe(whole.slice(passage.start, passage.end));
            expect(passage.text).not.toBe('');
            expect(boundaries).toContain(passage.start);
            expect(boundaries).toContain(passage.end);
          }
        }
      },
    ),
    { numRuns: 150 },
  );
}, 120_000);

test('a passage far into a long text without a line end is cut as the whole text is', async () => {
  const sources = [`${'👩‍👩‍👧🇩🇪'.repeat(40)}e\u0301${'🇫🇷'.repeat(150)}`];
  const document = await documentOf(sources, false, 0, 200);
  const boundaries = boundariesOf(sources[0] ?? '');
  const numTokens = document.charEnds.length;
  const scores = new Float32Array(numTokens);
  for (let at = 0; at < numTokens; at += 97) {
    const [passage] = await evidenceOf(document, Uint32Array.of(at), allScores(scores));
    expect(passage?.text).toBe(sources[0]?.slice(passage?.start, passage?.end));
    expect(boundaries).toContain(passage?.start);
    expect(boundaries).toContain(passage?.end);
  }
}, 60_000);

const plainSentence = (i: number) => `The ${'abcdefgh'[i % 8] ?? ''} rain went on and the harbour slept. `;

test('of a text that was gathered whole the best sentences are shown, whole', async () => {
  const text = Array.from({ length: 60 }, (_, i) => plainSentence(i)).join('');
  const document = await documentOf([text], false, 0, 200);
  const numTokens = document.charEnds.length;
  const positions = Uint32Array.from({ length: numTokens }, (_, i) => i);
  const best = [Math.floor(numTokens / 3), Math.floor((3 * numTokens) / 4)] as const;
  const scores = new Float32Array(numTokens);
  [scores[best[0]], scores[best[1]]] = [2, 3];
  const evidence = await evidenceOf(document, positions, allScores(scores));
  expect(evidence[0]?.score).toBe(3);
  expect(evidence[1]?.score).toBe(2);
  for (const { text: passage, start } of evidence) {
    expect(passage.trim()).toMatch(/^The [a-h] rain .* slept\.$/s);
    expect(text.slice(start)).toMatch(/^ ?The /);
  }
  for (const [i, token] of [best[1], best[0]].entries()) {
    const char = document.charEnds[token] ?? 0;
    expect(evidence[i]?.start).toBeLessThan(char);
    expect(evidence[i]?.end).toBeGreaterThanOrEqual(char);
  }
  const shown = evidence.reduce((sum, { start, end }) => sum + end - start, 0);
  expect(shown).toBeLessThan(text.length / 3);
  expect(await gatheredRanges(document, positions)).toEqual([{ start: 0, end: text.length }]);
});

test('a few gathered tokens show the sentence that they are in; neighbours are one passage', async () => {
  const text = Array.from({ length: 40 }, (_, i) => plainSentence(i)).join('');
  const document = await documentOf([text], false, 0, 200);
  const tokenOf = (char: number) => document.charEnds.findIndex((end) => end > char);
  const wanted = [10, 11, 20].map((i) => tokenOf(plainSentence(0).length * i + 9));
  const evidence = await evidenceOf(
    document,
    Uint32Array.from(wanted),
    allScores(Float32Array.from(document.charEnds, (_, i) => i)),
  );
  expect(evidence.map(({ text: passage }) => passage.trim())).toEqual([
    plainSentence(20).trim(),
    (plainSentence(10) + plainSentence(11)).trim(),
  ]);
  const [first] = await gatheredRanges(document, Uint32Array.from(wanted));
  expect(text.slice(first?.start, first?.end).length).toBeLessThan(12);
});

test('a text without sentences is shown in pieces', async () => {
  const document = await documentOf(['三国 '.repeat(300)], false, 0, 200);
  const numTokens = document.charEnds.length;
  const positions = Uint32Array.from({ length: numTokens }, (_, i) => i);
  const evidence = await evidenceOf(document, positions, allScores(new Float32Array(numTokens)));
  expect(evidence.length).toBeGreaterThan(0);
  expect(evidence.reduce((sum, { end, start }) => sum + end - start, 0)).toBeLessThan(300);
});
