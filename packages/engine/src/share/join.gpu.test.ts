// The shared engine over this browser's own Web Locks and BroadcastChannel: two that join as two tabs do, without a model.
import { expect, test } from 'vitest';
import type { EngineInfo } from '../api.ts';
import type { EngineHost } from '../host/engine-host.ts';
import { joinShared } from './join.ts';

test('who joins second asks the first, and goes on when that ends', async () => {
  const name = crypto.randomUUID();
  let numMade = 0;
  const join = () =>
    joinShared(
      name,
      () => {
        const model = `engine ${++numMade}`;
        const host: Partial<EngineHost> = {
          info: () => Promise.resolve({ model } as EngineInfo),
          exportDocument: () => Promise.resolve(new Blob([model]).stream()),
          dispose: () => Promise.resolve(),
        };
        return Promise.resolve(host as EngineHost);
      },
      {},
      () => undefined,
    );
  const first = await join();
  const second = await join();
  expect((await second.info()).model).toBe('engine 1');
  expect(await new Response(await second.exportDocument('any')).text()).toBe('engine 1');
  await first.dispose();
  expect((await second.info()).model).toBe('engine 2');
  await second.dispose();
  expect(numMade).toBe(2);
});
