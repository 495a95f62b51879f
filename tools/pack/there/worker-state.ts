// What Vitest's API looks for in the process that its command would have started: a configuration, and nothing else of a worker.
import { tmpdir } from 'node:os';
import type { VitestRunnerConfig } from '@vitest/runner';

/** Of Vitest's runner, with what its assertions and timers read besides. */
const config: VitestRunnerConfig & { readonly expect: object; readonly fakeTimers: object } = {
  root: '/',
  name: 'dawn',
  setupFiles: [],
  passWithNoTests: true,
  testNamePattern: undefined,
  allowOnly: false,
  sequence: { seed: 1, hooks: 'stack', setupFiles: 'list' },
  chaiConfig: undefined,
  maxConcurrency: 1,
  // Against hangs run.sh has limits of its own; with no cache of compiled kernels lavapipe takes minutes to make an engine.
  testTimeout: 400_000,
  hookTimeout: 400_000,
  retry: 0,
  includeTaskLocation: false,
  tags: [],
  tagsFilter: undefined,
  strictTags: false,
  expect: {},
  fakeTimers: {},
};

const state = {
  config,
  ctx: { pool: 'threads' },
  environment: { name: 'node' },
  providedContext: {},
  metaEnv: process.env,
  filepath: tmpdir(),
};

Object.defineProperty(globalThis, '__vitest_worker__', { value: state });

export const runnerConfig: VitestRunnerConfig = config;
