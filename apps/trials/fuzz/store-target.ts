// Damaged stores: a record of a document changed, gone, cut, swapped with another, or a manifest that lies.
import type { RecordDriver } from '@longread/store/drivers';
import { memoryOrigin, openStore } from '@longread/store/testing';
import { damageValue, garbage } from './damage-values.ts';
import type { Dice } from './dice.ts';
import { documentId, readContent, storeDocuments, type DocumentContent } from './documents.ts';
import { lyingManifest } from './lies.ts';
import { judge, type Target, type Verdict } from './target.ts';

type Records = Map<string, unknown>;

interface Stored {
  readonly id: string;
  readonly records: ReadonlyMap<string, unknown>;
  readonly content: DocumentContent;
}

const prefixes = ['manifest/', 'chunk/', 'embeddings/', 'tokens/', 'text/', 'state/'];

export async function storeTarget(): Promise<Target> {
  const stored = await storedDocument(documentId, (await storeDocuments()).open().records);
  const damages = [changeRecord, changeRecord, changeRecord, replaceRecord, swapRecords, lie];
  return {
    name: 'store',
    async damage(dice) {
      const records = new Map(structuredClone([...stored.records]));
      const keys = [...records.keys()].filter((key) => key.split('/')[1] === stored.id);
      const what = await dice.pick(damages)(records, keys, dice);
      return { what, attempt: () => attempt(stored, records) };
    },
  };
}

async function storedDocument(id: string, driver: RecordDriver): Promise<Stored> {
  const entries = (await Promise.all(prefixes.map((prefix) => driver.entries(prefix)))).flat();
  const origin = memoryOrigin();
  const tab = origin.open();
  await tab.records.write({ puts: entries });
  return { id, records: new Map(structuredClone(entries)), content: await readContent(openStore(tab), id) };
}

async function changeRecord(records: Records, keys: readonly string[], dice: Dice): Promise<string> {
  const key = dice.pick(keys);
  const { value, what } = damageValue(records.get(key), dice);
  records.set(key, value);
  return Promise.resolve(`${key}: ${what}`);
}

function replaceRecord(records: Records, keys: readonly string[], dice: Dice): Promise<string> {
  const key = dice.pick(keys);
  const isDeleted = dice.below(4) === 0;
  if (isDeleted) records.delete(key);
  else records.set(key, garbage(dice));
  return Promise.resolve(`${key}: ${isDeleted ? 'deleted' : 'garbage'}`);
}

/** Mostly with a record of the same kind: of the other document, or another chunk. */
function swapRecords(records: Records, keys: readonly string[], dice: Dice): Promise<string> {
  const first = dice.pick(keys);
  const kind = dice.below(4) === 0 ? '' : first.slice(0, first.indexOf('/'));
  const second = dice.pick([...records.keys()].filter((key) => key !== first && key.startsWith(kind)));
  const record = records.get(first);
  records.set(first, records.get(second));
  records.set(second, record);
  return Promise.resolve(`${first} and ${second} swapped`);
}

async function lie(records: Records, keys: readonly string[], dice: Dice): Promise<string> {
  const key = keys.find((name) => name.startsWith('manifest/')) ?? '';
  const { what, record } = await lyingManifest(records.get(key), dice);
  records.set(key, record);
  return what;
}

/** Uses the store in every way that reads. */
async function attempt({ id, content }: Stored, records: Records): Promise<Verdict> {
  const tab = memoryOrigin().open();
  await tab.records.write({ puts: [...records] });
  const store = openStore(tab);
  const { manifest, chunks, texts } = content;
  const opened = { ...manifest, usedAt: 0 };
  await store.list();
  await store.usage();
  return judge([
    { read: () => readContent(store, id), expected: content },
    ...chunks.map((chunk) => ({ read: () => store.readChunk(opened, chunk.index), expected: chunk })),
    ...chunks.map(({ index, embeddings }) => ({
      read: () => store.readEmbeddingsOf(opened, index),
      expected: { index, embeddings },
    })),
    ...chunks.map(({ index, tokenIds, charEnds }) => ({
      read: () => store.readTokensOf(opened, index),
      expected: { index, tokenIds, charEnds },
    })),
    ...texts.map((text) => ({ read: () => store.readText(opened, text.index), expected: text })),
  ]);
}
