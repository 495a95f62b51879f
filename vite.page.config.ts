// Builds the page that people open (apps/demo) by itself, with relative addresses: its output works in any folder of any server.
import { defineConfig } from 'vite';
import { installable, serviceWorkerFile } from './tools/page/installable.ts';

export default defineConfig({
  root: 'apps/demo',
  base: './',
  build: {
    target: 'es2024',
    outDir: '../../dist/page',
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: 'apps/demo/index.html', 'service-worker': 'apps/demo/worker/service-worker.ts' },
      output: {
        // Its name stays the same: browsers look there for a newer one.
        entryFileNames: ({ name }) =>
          name === 'service-worker' ? serviceWorkerFile : 'assets/[name]-[hash].js',
      },
    },
  },
  worker: { format: 'es' },
  plugins: [installable()],
});
