// The project of somebody who installs the packages: its files, and those of plain pages that take the element's folder as it is.

/** For the engine, React and Vue: a page each, which says in its title how far it came. */
export const projectFiles: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({ name: 'consumer', private: true, type: 'module' }),
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      target: 'ES2022',
      module: 'ESNext',
      moduleResolution: 'bundler',
      lib: ['ES2024', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
      jsx: 'react-jsx',
      types: [],
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      noEmit: true,
    },
    files: ['ask.ts', 'react.tsx', 'vue.ts'],
  }),
  'vite.config.js': `export default {
    resolve: { alias: { vue: 'vue/dist/vue.esm-bundler.js' } },
    build: { modulePreload: { polyfill: false }, rolldownOptions: { input: ['index.html', 'react.html', 'vue.html'] } },
  };`,
  'index.html': page('<script type="module" src="/ask.ts"></script>'),
  'ask.ts': `
    import { createEngine, LongreadError, type Engine } from 'longread';
    import { readDocument } from 'longread/readers';
    const text = 'and the rain on the harbour and the wind in the trees. '.repeat(20);
    try {
      const engine: Engine = await createEngine({ model: '/tiny.gguf', tune: false });
      const read = await readDocument(new File(['<!doctype html><h1>Harbour</h1><p>' + text + '</p>'], 'harbour.html'));
      if (read.outline.length !== 1) throw new Error('no heading');
      const book = await engine.ingest(text, { title: read.title });
      const { evidence } = await book.ask('Where is the rain?', { maxNewTokens: 4 }).result();
      const isWhole = evidence.length > 0 && evidence.every(({ start, end, text: passage }) => text.slice(start, end) === passage);
      await engine.dispose();
      document.title = isWhole ? 'answered' : 'without evidence';
    } catch (error) {
      document.title = error instanceof LongreadError ? error.code + ': ' + error.message : String(error);
    }
  `,
  'react.html': page('<div id="root"></div><script type="module" src="/react.tsx"></script>'),
  'react.tsx': `
    import '@longread/element';
    import '@longread/element/react';
    import { createRoot } from 'react-dom/client';
    const root = document.getElementById('root');
    if (root) createRoot(root).render(
      <long-read question="Who?" onlongread-error={({ detail }) => { document.title = detail.code; }} />,
    );
  `,
  'vue.html': page('<div id="root"></div><script type="module" src="/vue.ts"></script>'),
  'vue.ts': `
    import '@longread/element';
    import type { LongReadEventMap } from '@longread/element';
    import { createApp } from 'vue';
    const app = createApp({
      template: '<long-read question="Who?" @longread-error="failed" />',
      methods: {
        failed({ detail }: CustomEvent<LongReadEventMap['longread-error']>) { document.title = detail.code; },
      },
    });
    app.config.compilerOptions.isCustomElement = (tag) => tag === 'long-read';
    app.mount('#root');
    document.querySelector('long-read')?.addEventListener('longread-answer', ({ detail }) => console.log(detail.text));
  `,
  'node.js': `
    const { createEngine } = await import('longread');
    const { LongReadElement } = await import('@longread/element');
    await import('@longread/element/react');
    try {
      await createEngine({ model: new Blob(['GGUF']) });
    } catch (error) {
      console.log(typeof LongReadElement, error.code);
    }
  `,
};

/** A page without a bundler. @param script the address of the element's script */
export function plainPage(script: string): string {
  return page(`<script type="module" src="${script}"></script><long-read model="/tiny.gguf"></long-read>`);
}

function page(body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8" /><title>…</title><link rel="icon" href="data:," />${body}</html>`;
}
