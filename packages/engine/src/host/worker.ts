// The dedicated worker: one host in place, behind messages (worker-messages.ts).
import { invariant } from '@longread/core';
import type { CallChannel, EngineHost, HostOptions } from './engine-host.ts';
import { createHost } from './host.ts';
import { createServer, methodsOf } from './serve.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

let host: EngineHost | undefined;

const post = (message: FromWorker) => postMessage(message);

const methods = {
  create: async (channel: CallChannel, options: HostOptions) => {
    host = await createHost(options, channel, (event) => post({ event }));
  },
  ...methodsOf(() => {
    invariant(host, 'the worker was asked before its engine was created');
    return host;
  }),
};

export type WorkerMethods = typeof methods;

const { receive } = createServer(methods, post);
addEventListener('message', ({ data }: MessageEvent<ToWorker>) => receive(data));
