// A server of one file that breaks connections and misbehaves as told, as the network of a download. Waits take no time.
import type { Network } from '../network.ts';

export interface FakeServer extends Network {
  content: Uint8Array<ArrayBuffer>;
  etag: string;
  /** Connection by connection: how many bytes of the body come through before it breaks; all when there is no entry. */
  breaks: number[];
  /** Changes the answer to a request; undefined fails the connection. */
  answer: (response: Response, from: number) => Response | undefined;
  /** `Range` header of each request, empty for none. */
  readonly requests: string[];
  /** Milliseconds that were waited before each retry. */
  readonly waits: number[];
}

/** Small, so that there are many of a small file; of a large one a thousand or so are enough. */
const pieceBytes = (length: number): number => Math.max(7, Math.ceil(length / 1500));

export function fakeServer(content: Uint8Array<ArrayBuffer>): FakeServer {
  const server: FakeServer = {
    content,
    etag: '"one"',
    breaks: [],
    answer: (response) => response,
    requests: [],
    waits: [],
    fetch: (_url, { headers = {}, signal }) => {
      const range = (headers as Record<string, string>).Range ?? '';
      const attempt = server.requests.push(range) - 1;
      const { content: all, etag } = server;
      const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? [];
      const from = Number(first ?? 0);
      const end = Math.min(all.length, last ? Number(last) + 1 : Infinity);
      const isRange = range !== '';
      if (from > 0 && from >= all.length)
        return Promise.resolve(
          new Response(null, { status: 416, headers: { 'content-range': `bytes */${all.length}` } }),
        );
      const rest = all.slice(from, end);
      const response = new Response(bodyOf(rest, server.breaks[attempt], signal), {
        status: isRange ? 206 : 200,
        headers: {
          'content-length': String(rest.length),
          ...(etag && { etag }),
          ...(isRange && { 'content-range': `bytes ${from}-${end - 1}/${all.length}` }),
        },
      });
      const answered = server.answer(response, from);
      return answered ? Promise.resolve(answered) : Promise.reject(new TypeError('failed to fetch'));
    },
    wait: (ms) => {
      server.waits.push(ms);
      return Promise.resolve();
    },
  };
  return server;
}

/** The same answer with other headers (null removes one) or another status. */
export function withHeaders(
  response: Response,
  changes: Readonly<Record<string, string | null>>,
  status = response.status,
): Response {
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) headers.delete(name);
    else headers.set(name, value);
  }
  return new Response(response.body, { status, headers });
}

function bodyOf(
  bytes: Uint8Array<ArrayBuffer>,
  breakAfter: number | undefined,
  signal: AbortSignal | null | undefined,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream(
    {
      pull: (controller) => {
        const end = Math.min(at + pieceBytes(bytes.length), bytes.length, breakAfter ?? Infinity);
        if (signal?.aborted) controller.error(new DOMException('aborted', 'AbortError'));
        else if (end > at) controller.enqueue(bytes.slice(at, end));
        else if (at === breakAfter) controller.error(new TypeError('network error'));
        else controller.close();
        at = end;
      },
    },
    { highWaterMark: 0 },
  );
}
