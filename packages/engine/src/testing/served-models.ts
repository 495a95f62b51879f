// Model files on fake servers, and a cache that fetches from them: what was asked for can be counted.
import { memoryOrigin } from '@longread/store/testing';
import { createWeightsCache, fakeServer, memoryFiles } from '@longread/weights-cache/testing';

/** @param files by their URL; of any other there is none (404). */
export function serveModels(files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>) {
  const servers = new Map(Object.entries(files).map(([at, file]) => [at, fakeServer(file)]));
  const cache = createWeightsCache(memoryOrigin().open(), memoryFiles(), {
    fetch: (at, init) =>
      servers.get(at)?.fetch(at, init) ?? Promise.resolve(new Response('no', { status: 404 })),
    wait: () => Promise.resolve(),
  });
  const asked = () => [...servers.values()].map(({ requests }) => requests);
  return { cache, asked, servers };
}
