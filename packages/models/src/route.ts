// Serves the default model to tests that run in a browser, as a Vite plugin. The file is not looked for until it is asked for.
import { basename, dirname } from 'node:path';
import send from 'send';
import type { Plugin } from 'vite';
import { defaultModelPath } from './default-model.ts';

/** Answers `/model.gguf` with the default model; 404 while it has not been fetched. */
export function modelRoute(): Plugin {
  return {
    name: 'longread-model-route',
    configureServer: ({ middlewares }) => {
      middlewares.use('/model.gguf', (request, response) => {
        const path = defaultModelPath();
        send(request, encodeURIComponent(basename(path)), { root: dirname(path), dotfiles: 'allow' })
          .on('error', (error: Error) => response.writeHead(404).end(`${error.message}\n`))
          .pipe(response);
      });
    },
  };
}
