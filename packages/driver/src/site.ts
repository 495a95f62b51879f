// Builds the pages in memory and serves them on the loopback interface, with files of the command's own beside them.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { rootFolder } from '@longread/command';
import { InvalidInputError } from '@longread/core';
import { lookup } from 'mrmime';
import send from 'send';
import { build } from 'vite';

/** The path of a file on disk, served with ranges, or the bytes themselves. */
export type SiteContent = { readonly path: string } | Uint8Array | string;

/** Content by URL path (`/model.gguf`). */
export type SiteFiles = Map<string, SiteContent>;

export interface Site {
  readonly port: number;
  /** `http://127.0.0.1:port`, a secure context. */
  readonly origin: string;
  /** May be added to while the site is up. */
  readonly files: SiteFiles;
  close(): Promise<void>;
}

export interface SiteOptions {
  /** 0 (default) takes any free one. */
  readonly port?: number;
  /** Pages to build: HTML files by name, relative to the workspace. By default those that commands and tests drive. */
  readonly pages?: Readonly<Record<string, string>>;
  /** Serves what people open, at `/`: beside the other pages, or alone. */
  readonly demo?: 'beside' | 'alone';
  /** URL paths that begin with this are cross-origin isolated, which WASM threads need. */
  readonly isolated?: string;
}

const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

async function buildPages(
  config: string,
  folder: string,
  pages?: SiteOptions['pages'],
): Promise<readonly (readonly [string, SiteContent])[]> {
  const result = await build({
    configFile: join(rootFolder, config),
    root: join(rootFolder, folder),
    logLevel: 'error',
    build: {
      write: false,
      reportCompressedSize: false,
      ...(pages && { rolldownOptions: { input: pages } }),
    },
  });
  if (!('output' in result)) throw new Error('vite build gave no single output');
  return result.output.map((file) => [`/${file.fileName}`, file.type === 'chunk' ? file.code : file.source]);
}

/** One address names another file at the next run, so nothing may be kept of it: neither the bytes nor a redirect nor an error. */
const unkept = { 'Cache-Control': 'no-store' };

function handle(
  files: SiteFiles,
  isolated: string | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const fail = (message: string): void => {
    response.writeHead(404, { ...unkept, 'Content-Type': 'text/plain; charset=utf-8' }).end(`${message}\n`);
  };
  if (isolated !== undefined && pathname.startsWith(isolated))
    for (const [header, value] of Object.entries(isolation)) response.setHeader(header, value);
  const name = pathname.endsWith('/') ? `${pathname}index.html` : pathname;
  const content = files.get(name);
  if (content === undefined) {
    fail(`${pathname} is not here`);
  } else if (typeof content === 'string' || content instanceof Uint8Array) {
    const type = lookup(name) ?? 'application/octet-stream';
    response.writeHead(200, {
      ...unkept,
      'Content-Type': type,
      'Content-Length': Buffer.byteLength(content),
    });
    response.end(request.method === 'HEAD' ? undefined : content);
  } else {
    send(request, encodeURIComponent(basename(content.path)), {
      root: dirname(content.path),
      dotfiles: 'allow',
      cacheControl: false,
      etag: false,
      lastModified: false,
    })
      .on('headers', (found: ServerResponse) => found.setHeader('Cache-Control', 'no-store'))
      .on('directory', () => fail(`${content.path} is a folder`))
      .on('error', (error: Error) => fail(`${content.path} cannot be read: ${error.message}`))
      .pipe(response);
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new InvalidInputError(
          `Nothing can listen on port ${port} (${cause.code ?? cause.message}): it may be in use. Choose another one with --port.`,
          { port },
          { cause },
        ),
      ),
    );
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/** Builds and serves the pages. */
export async function serveSite(
  files: Iterable<readonly [string, { readonly path: string }]>,
  { port = 0, pages, demo, isolated }: SiteOptions = {},
): Promise<Site> {
  const driven = demo === 'alone' ? [] : await buildPages('vite.config.ts', 'apps', pages);
  const opened = demo === undefined ? [] : await buildPages('vite.page.config.ts', 'apps/demo');
  const served: SiteFiles = new Map([...driven, ...opened, ...files]);
  const server = createServer((request, response) => handle(served, isolated, request, response));
  const boundPort = await listen(server, port);
  return {
    port: boundPort,
    origin: `http://127.0.0.1:${boundPort}`,
    files: served,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
