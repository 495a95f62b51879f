// Makes a built page one that can be installed and opens without a network: its icons and manifest, and the list of its own files in its
// service worker.
import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';
import { iconPng, iconSvg } from './icon.ts';

/** Name of the built service worker, which reaches what lies beside it and below. */
export const serviceWorkerFile = 'service-worker.js';

const manifest = {
  name: 'Longread',
  short_name: 'Longread',
  description: 'Ask a book. It stays on this device.',
  id: './',
  start_url: './',
  scope: './',
  display: 'standalone',
  background_color: '#fcfaf5',
  theme_color: '#0f5b6c',
  icons: [
    { src: 'icon.svg', sizes: 'any', type: 'image/svg+xml' },
    { src: 'icon-192.png', sizes: '192x192', type: 'image/png', purpose: 'any maskable' },
    { src: 'icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'any maskable' },
  ],
};

/** Of a page that has a service worker with the names SHELL_NAME and SHELL_FILES among its entries. */
export function installable(): Plugin {
  const link = (rel: string, href: string) => ({
    tag: 'link',
    attrs: { rel, href },
    injectTo: 'head' as const,
  });
  return {
    name: 'longread-installable',
    enforce: 'post',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: () => [
        link('icon', './icon.svg'),
        link('apple-touch-icon', './icon-192.png'),
        link('manifest', './manifest.webmanifest'),
      ],
    },
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const own = {
          'icon.svg': iconSvg(),
          'icon-192.png': iconPng(192),
          'icon-512.png': iconPng(512),
          'manifest.webmanifest': `${JSON.stringify(manifest, undefined, 2)}\n`,
        };
        for (const [fileName, source] of Object.entries(own))
          this.emitFile({ type: 'asset', fileName, source });
        const worker = bundle[serviceWorkerFile];
        if (worker?.type !== 'chunk') this.error(`the build has no ${serviceWorkerFile}`);
        const files = [...new Set([...Object.keys(bundle), ...Object.keys(own)])]
          .filter((name) => name !== serviceWorkerFile)
          .toSorted();
        const hash = createHash('sha256').update(worker.code);
        for (const name of files) {
          const file = bundle[name];
          hash.update(`${name}\0`);
          hash.update(
            file === undefined
              ? own[name as keyof typeof own]
              : file.type === 'chunk'
                ? file.code
                : file.source,
          );
        }
        const name = `shell-${hash.digest('hex').slice(0, 16)}`;
        worker.code = worker.code
          .replaceAll('SHELL_NAME', JSON.stringify(name))
          .replaceAll('SHELL_FILES', JSON.stringify(files));
      },
    },
  };
}
