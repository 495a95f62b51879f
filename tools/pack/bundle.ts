// The code that runs there in a few files, which need the package `webgpu` beside them and nothing else.
import { join } from 'node:path';
import { rootFolder } from '@longread/command';
import { build } from 'vite';

export async function bundle(outDir: string): Promise<void> {
  await build({
    configFile: false,
    root: rootFolder,
    logLevel: 'warn',
    // Vitest's API asks whether it runs in Vitest.
    define: { 'import.meta.vitest': 'undefined' },
    build: {
      ssr: true,
      target: 'node20',
      outDir,
      emptyOutDir: false,
      minify: false,
      // Golden values, which tests import by their address, travel in the code.
      assetsInlineLimit: Number.MAX_SAFE_INTEGER,
      rolldownOptions: {
        input: { main: join(import.meta.dirname, 'there', 'main.ts') },
        output: { entryFileNames: '[name].mjs', chunkFileNames: 'chunks/[name]-[hash].mjs' },
      },
    },
    worker: { format: 'es' },
    ssr: { noExternal: true, external: ['webgpu'] },
  });
}
