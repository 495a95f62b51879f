// Opens what evaluates: an engine in a browser's page, or in this process over Dawn.
import { fileURLToPath } from 'node:url';
import { createSetUpNotes, rootFolder, type ProgressBars } from '@longread/command';
import { installDawn } from '@longread/dawn';
import { runInBrowser } from '@longread/driver';
import { findModelFile } from '@longread/models';
import { createServer } from 'vite';
import type { Asker, AskerOptions, ReadWith } from './asker.ts';
import type { EvalCommand } from './options.ts';

/** An asker, and where it runs. */
export interface AskerWork {
  readonly asker: Asker;
  readonly modelPath: string;
  readonly adapter: string;
}

/** Opens the command's lane, and closes it behind `work` whatever happened. */
export function withAsker(
  { lane, model, adapter, ...read }: ReadWith & Pick<EvalCommand, 'lane' | 'model' | 'adapter'>,
  bars: Pick<ProgressBars, 'update'>,
  work: (tools: AskerWork) => Promise<void>,
): Promise<void> {
  const onProgress: ProgressBars['update'] = (progress) => bars.update(progress);
  const { calibration, preset } = read;
  const engine = { ...(calibration && { calibration }), ...(preset && { preset }) };
  if (lane === 'dawn') return inProcess(model, { ...engine, onProgress }, work);
  return runInBrowser({ model, adapter, engine, profile: '', onProgress }, async (tools) => {
    const { call } = tools.session;
    const info = await call('info');
    const asker: Asker = {
      read: async (text, title) => (await call('ingest', { text, title, reuse: false })).exitLayer,
      ask: (question, options) => call('ask', question, options),
      measureHeads: (sample, sets) => call('measureHeads', sample, sets),
      together: async () => {
        await call('together');
      },
      forget: async () => {
        await call('forget');
      },
    };
    return work({ ...tools, asker, adapter: `${info.adapter} (${tools.adapter.how})` });
  });
}

async function inProcess(
  model: string | undefined,
  options: AskerOptions,
  work: (tools: AskerWork) => Promise<void>,
): Promise<void> {
  const { path } = await findModelFile(model, createSetUpNotes());
  const { gpu } = await installDawn();
  // The engine's modules hold shaders as text, which Vite loads and Node does not; some are loaded when they are first needed.
  const vite = await createServer({
    configFile: false,
    root: rootFolder,
    logLevel: 'warn',
    appType: 'custom',
    server: { middlewareMode: true, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
  });
  try {
    const module = await vite.ssrLoadModule(fileURLToPath(new URL('dawn-asker.ts', import.meta.url)));
    const { openDawnAsker } = module as typeof import('./dawn-asker.ts');
    const dawn = await openDawnAsker(gpu, path, options);
    try {
      await work({ asker: dawn.asker, modelPath: path, adapter: `${dawn.adapter} (Dawn in Node)` });
    } finally {
      await dawn.close();
    }
  } finally {
    await vite.close();
  }
}
