// Opening looks at a few records, however many there are; all others are verified when they are read.
import { describe, expect, test } from 'vitest';
import { IntegrityError } from '@longread/core';
import { openStore } from '../../store.ts';
import { makeState } from '../fixtures.ts';
import { collected, failure, useBench, type Origin } from './subject.ts';

/** Of the record that has a chunk's embeddings, and of that which has its tokens. */
const kinds: Readonly<Record<number, readonly [embeddings: string, tokens: string]>> = {
  3: ['chunk', 'chunk'],
  4: ['embeddings', 'tokens'],
  5: ['embeddings', 'tokens'],
};

export function describeOpening(createOrigin: () => Origin): void {
  describe.each([3, 4, 5])('opening in version %i', (formatVersion) => {
    const bench = useBench(createOrigin);
    const [ofEmbeddings = '', ofTokens = ''] = kinds[formatVersion] ?? [];
    const commit = async (id: string, numChunks: number) => {
      for (let index = 0; index < numChunks; index++) await bench.commit(id, index, 1, { formatVersion });
    };
    const damage = (key: string) => bench.tamper(key, (record) => ({ ...record, checksum: 'f'.repeat(64) }));

    test('reads as many records of a long document as of a short one', async () => {
      const lengths = { short: 2, long: 12 };
      for (const [id, numChunks] of Object.entries(lengths)) await commit(id, numChunks);
      const driver = bench.origin.open();
      const asked: string[] = [];
      const { records } = driver;
      const store = openStore({
        ...driver,
        records: {
          get: (keys) => (asked.push(...keys), records.get(keys)),
          entries: (prefix) => (asked.push(prefix), records.entries(prefix)),
          write: (write) => records.write(write),
        },
      });
      const keysOf = async (id: string) => {
        asked.length = 0;
        await store.open(id);
        await store.list();
        await store.usage();
        return asked.length;
      };
      const ofLong = await keysOf('long');
      expect(asked).toContain('text/long/11');
      expect(asked.filter((key) => /\/long\/(\d|10)$/.test(key))).toEqual([]);
      expect(await keysOf('short')).toBe(ofLong);
      store.close();
    });

    test.for([ofEmbeddings, ofTokens, 'text'])('refuses a last %s that is damaged', async (kind) => {
      await commit('moby', 3);
      await damage(`${kind}/moby/2`);
      const error = await failure(bench.store.open('moby'));
      expect(error).toBeInstanceOf(IntegrityError);
      expect(error).toMatchObject({ details: { document: 'moby', chunk: 2 } });
    });

    test('refuses the last records of a document that went on, and that of a shorter one', async () => {
      await commit('moby', 3);
      const [before] = await bench.records.get(['manifest/moby']);
      await bench.commit('moby', 3, 1, { formatVersion });
      await bench.tamper('manifest/moby', () => before);
      await bench.tamper('state/moby/b', () => makeState(1, 3));
      expect(await failure(bench.store.open('moby'))).toBeInstanceOf(IntegrityError);
    });

    test.for([ofEmbeddings, ofTokens, 'text'])(
      'leaves an earlier %s to whoever reads it, who refuses it',
      async (kind) => {
        await commit('moby', 3);
        await damage(`${kind}/moby/1`);
        const { store } = bench;
        const { manifest, state } = await store.open('moby');
        expect(state).toEqual(makeState(1, 3, formatVersion));
        const reads = {
          [ofEmbeddings]: () => collected(store.readEmbeddings(manifest)),
          [ofTokens]: () => store.readTokensOf(manifest, 1),
          text: () => store.readText(manifest, 1),
        };
        const error = await failure(reads[kind]?.() ?? expect.fail('no way to read it'));
        expect(error).toMatchObject({ code: 'Integrity', details: { document: 'moby', chunk: 1 } });
        if (kind !== 'text') expect(await store.readText(manifest, 1)).toMatchObject({ index: 1 });
      },
    );
  });
}
