// A text of any length read by the whole engine on a tiny model, stored in the browser, opened again and asked: what is held meanwhile is
// seen from outside.
import { Random } from '@longread/core';
import { rareWord, tinyLlama } from '@longread/formats/testing';
import { createEngine } from 'longread';
import type { ReadRun } from './driver.ts';

const read = {
  chunkSize: 256,
  budget: 192,
  recent: 48,
  exitLayer: 3,
  heads: [
    { layer: 2, type: 'Q', head: 1 },
    { layer: 1, type: 'K', head: 0 },
  ],
} as const;

const words = 'the rain wind harbour and on in there ship sail where thing sand other wander then'.split(' ');

/** As a download gives it; nothing of it is held here. */
function textOf(numChars: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  const random = new Random(1);
  const encoder = new TextEncoder();
  let given = 0;
  return new ReadableStream({
    pull: (to) => {
      const piece = `${Array.from({ length: 2000 }, (_, i) => (i % 2 === 0 ? random.pick(words) : rareWord(random.next()))).join(' ')}. `;
      const text = piece.slice(0, numChars - given);
      given += text.length;
      if (text === '') to.close();
      else to.enqueue(encoder.encode(text));
    },
  });
}

export async function readText(numTokens: number): Promise<ReadRun> {
  const engine = await createEngine({
    model: new Blob([tinyLlama(7, { headDim: 16 })]),
    worker: false, // in the heap that is looked at
    tune: false,
    read,
    database: `simulated ${crypto.randomUUID()}`,
  });
  try {
    const start = performance.now();
    let compressAt = start;
    const document = await engine.ingest(textOf(5 * numTokens), {
      maxTokens: numTokens,
      onProgress: ({ phase, done }) => {
        if (phase === 'compress' && done === 0) compressAt = performance.now();
      },
    });
    const readAt = performance.now();
    const { id } = document.manifest;
    await document.close();
    const closedAt = performance.now();
    const opened = await engine.documents.open(id);
    const openedAt = performance.now();
    const ask = () =>
      opened.ask('where was the ship?', { maxNewTokens: 1, gather: { gatherSize: 128 } }).result();
    await ask();
    const askedAt = performance.now();
    await ask();
    const { gpuBytesPeak } = await engine.info();
    const { numTokens: length } = opened.manifest;
    await opened.close();
    const askedAgainAt = performance.now();
    await engine.documents.delete(id);
    return {
      numTokens: length,
      surveyMs: compressAt - start,
      readMs: readAt - compressAt,
      openMs: openedAt - closedAt,
      askMs: askedAt - openedAt,
      askAgainMs: askedAgainAt - askedAt,
      gpuBytes: gpuBytesPeak,
    };
  } finally {
    await engine.dispose();
  }
}
