// Builds the page that people open (apps/demo) by itself, with relative addresses: its output works in any folder of any server.
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'apps/demo',
  base: './',
  build: {
    target: 'es2024',
    outDir: '../../dist',
    emptyOutDir: true,
    modulePreload: { polyfill: false },
  },
  worker: { format: 'es' },
});
