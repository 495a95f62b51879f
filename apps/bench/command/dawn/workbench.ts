// The benchmark's workbench without a browser: a device in this process for every variant, closed when its experiment ends.
import { formatDawnOptions, installDawn } from '@longread/dawn';
import { openMemoryTuningStore } from '@longread/store';
import type { Workbench } from '../workbench.ts';
import type { LocalModel, OpenStages, openStages } from './stages.ts';

export interface DawnRun {
  readonly model: LocalModel;
  readonly only: ReadonlySet<string>;
  readonly repeats: number | undefined;
  readonly rehearse: boolean;
  readonly note: (message: string) => void;
  /** Of `stages.ts`, however it was loaded. */
  readonly openStages: typeof openStages;
}

/** @throws InvalidInputError (LONGREAD_DAWN) | WebGpuUnavailableError */
export async function openDawnWorkbench(run: DawnRun): Promise<Workbench> {
  const { gpu, info, options } = await installDawn();
  const { vendor, architecture, description } = info;
  const opened: OpenStages[] = [];
  const tuningStore = openMemoryTuningStore();
  let stopped = false;
  const closePages = () => {
    for (const { close } of opened.splice(0)) close();
    return Promise.resolve();
  };
  const noPage = () => Promise.reject(new Error('There is no page in this lane.'));
  const path = 'path' in run.model ? run.model.path : '';
  return {
    repeats: (usual) => run.repeats ?? usual,
    wants: (name) => run.only.size === 0 || run.only.has(name),
    isRehearsal: run.rehearse,
    stages: async ({ model: withModel } = { model: true }) => {
      const stages = await run.openStages(gpu, withModel ? run.model : undefined, tuningStore);
      opened.push(stages);
      if (stopped) await closePages();
      return stages.calls;
    },
    engine: noPage,
    page: noPage,
    files: new Map(),
    modelPath: path,
    modelUrl: '',
    modelSha256: undefined,
    note: run.note,
    adapter: [vendor, architecture, description].filter((part) => part !== '').join(' '),
    browserVersion: `none: Dawn in Node ${process.versions.node}`,
    flags: [formatDawnOptions(options)],
    closePages,
    stop: async () => {
      stopped = true;
      await closePages();
    },
    close: closePages,
  };
}
