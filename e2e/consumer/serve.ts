// A server of files as sites have: a folder, some files of the test's own, headers for all of it.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript',
  css: 'text/css',
};

export interface Served {
  readonly origin: string;
  close(): Promise<void>;
}

/** @param files content by URL path, before what is in the folder */
export async function serveFolder(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  headers: Readonly<Record<string, string>>,
): Promise<Served> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    const content = files[path] ?? readFile(join(folder, path));
    Promise.resolve(content).then(
      (body) => {
        const type = types[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
        response.writeHead(200, {
          ...headers,
          'Content-Type': type,
          'Content-Length': Buffer.byteLength(body),
        });
        response.end(request.method === 'HEAD' ? undefined : body);
      },
      () => response.writeHead(404, headers).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
