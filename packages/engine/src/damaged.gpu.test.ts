// A document one record of which is damaged: it opens, and what would have to read that record is refused by name.
import { idbDriver } from '@longread/store/drivers';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Engine, LongreadDocument } from './api.ts';
import { sharedDatabase, sharedEngine, tinyProse } from './testing/tiny.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await sharedEngine();
});

const settings = { maxNewTokens: 4, gather: { gatherSize: 64, keepEnds: 0 } };

/** The document with one byte of a record changed, opened again. */
async function damaged(document: LongreadDocument, kind: string, field: string, chunk: number) {
  const { id } = document.manifest;
  await document.close();
  const driver = idbDriver(sharedDatabase);
  onTestFinished(() => driver.close());
  const key = `${kind}/${id}/${chunk}`;
  const [record] = (await driver.records.get([key])) as Record<string, Int8Array>[];
  const array = record?.[field];
  if (!record || !array) throw new Error(`no ${field} in ${key}`);
  array[0] = (array[0] ?? 0) ^ 1;
  await driver.records.write({ puts: [[key, record]] });
  const opened = await engine.documents.open(id);
  onTestFinished(() => opened.close());
  return opened;
}

describe.skipIf(!('indexedDB' in globalThis))('a damaged record in the middle', () => {
  test.for([
    ['embeddings', 'quants'],
    ['embeddings', 'scales'],
  ] as const)('of %s, in its %s: no question is answered', async ([kind, field]) => {
    const document = await engine.ingest(tinyProse(160, 21), { reuse: false });
    const opened = await damaged(document, kind, field, 1);
    for (const question of ['where?', 'where?']) {
      const error = await opened
        .ask(question, settings)
        .result()
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'Integrity', details: { document: opened.manifest.id, chunk: 1 } });
    }
  });

  test('of tokens: neither its text nor an answer from it is given', async () => {
    const document = await engine.ingest(tinyProse(60, 22), { reuse: false });
    const opened = await damaged(document, 'tokens', 'tokenIds', 1);
    const error = { code: 'Integrity', details: { document: opened.manifest.id, chunk: 1 } };
    await expect(opened.text()).rejects.toMatchObject(error);
    await expect(opened.ask('where?', { ...settings, strategy: 'full' }).result()).rejects.toMatchObject(
      error,
    );
  });

  test('of text: what lies elsewhere is read, that is refused', async () => {
    const text = tinyProse(160, 23);
    const document = await engine.ingest(text, { reuse: false });
    const opened = await damaged(document, 'text', 'bytes', 1);
    const error = { code: 'Integrity', details: { document: opened.manifest.id, chunk: 1 } };
    expect(await opened.text(0, 20)).toBe(text.slice(0, 20));
    await expect(opened.text()).rejects.toMatchObject(error);
  });
});
