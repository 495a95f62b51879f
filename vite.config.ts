// One configuration for the pages that commands and tests drive, for all pages while they are worked on, and for the test projects
// (unit in Node, gpu in a real Chromium). What people open is built by vite.page.config.ts.
import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { findInstalledBrowser } from './packages/browser/src/find-browser.ts';
import { chromiumFlags, testAdapter } from './packages/browser/src/flags.ts';
import { modelRoute } from './packages/models/src/route.ts';
import { DeviceReporter } from './tools/test/device-reporter.ts';

const isTest = process.env.VITEST !== undefined;
/** Of the examples that properties are tried on: the same in every run, another one by LONGREAD_SEED. */
const seed = Number(process.env.LONGREAD_SEED ?? 1);
const seededSetup = fileURLToPath(new URL('tools/test/seeded.setup.ts', import.meta.url));
const dawnSetup = fileURLToPath(new URL('shaders/testing/dawn.setup.ts', import.meta.url));
const systemSetup = fileURLToPath(new URL('tools/test/system-adapter.setup.ts', import.meta.url));
// May be absent where only the unit project or a build runs; Playwright then names what is missing.
const executablePath = isTest ? findInstalledBrowser() : undefined;

/** A short run of the Dawn lane: only kernels that need this feature (`npm run test:dawn` sets it). */
const onlyFeature = process.env.LONGREAD_ONLY_FEATURE;

/** Tests in a browser of the project's own, a file at a time: whoever waits for a shader compiler leaves a core to another project. */
function inChromium(
  name: string,
  files: { readonly include: string[]; readonly exclude?: string[]; readonly setupFiles?: string[] },
): TestProjectInlineConfiguration {
  return {
    plugins: [modelRoute()],
    optimizeDeps: { include: ['fast-check'] }, // found only in a set-up file, it would load the page anew amid the tests
    test: {
      name,
      ...files,
      setupFiles: [
        seededSetup,
        ...(testAdapter() === 'system' ? [systemSetup] : []),
        ...(files.setupFiles ?? []),
      ],
      provide: { seed },
      isolate: false, // what a file compiled, the next one finds
      testTimeout: 120_000,
      fileParallelism: false,
      browser: {
        enabled: true,
        headless: false,
        screenshotFailures: false,
        ui: false, // drawing its list of tests takes a software renderer a fifth of the time
        provider: playwright({
          launchOptions: {
            ...(executablePath ? { executablePath } : {}),
            args: chromiumFlags(testAdapter()),
          },
        }),
        instances: [{ browser: 'chromium' }],
      },
    },
  };
}

export default defineConfig({
  root: isTest ? '.' : 'apps',
  build: {
    target: 'es2024',
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        driven: 'apps/driven/index.html',
        faults: 'apps/trials/faults/page/index.html',
        shapes: 'apps/trials/fuzz/page/index.html',
      },
    },
  },
  worker: { format: 'es' },
  plugins: isTest ? [] : [modelRoute()],
  test: {
    // `npm test` prints what a project said when it failed, and wants the failures alone.
    reporters: [process.env.LONGREAD_COUNTS === undefined ? 'default' : 'minimal', new DeviceReporter()],
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          setupFiles: [seededSetup],
          provide: { seed },
          isolate: false, // a process a file takes longer than the tests
          testTimeout: 30_000, // beside two browsers
          include: [
            'packages/**/*.test.ts',
            'shaders/**/*.test.ts',
            'apps/**/*.test.ts',
            'tools/**/*.test.ts',
          ],
          exclude: [
            '**/*.gpu.test.ts',
            '**/*.browser.test.ts',
            '**/*.dawn.test.ts',
            '**/*.agree.test.ts',
            '**/node_modules/**',
          ],
        },
      },
      {
        test: {
          name: 'dawn',
          environment: 'node',
          include: ['shaders/**/*.gpu.test.ts', '{apps,packages,shaders,tools}/**/*.dawn.test.ts'],
          setupFiles: [seededSetup, dawnSetup],
          provide: { seed, ...(onlyFeature === undefined ? {} : { onlyFeature }) },
          testTimeout: 300_000, // three widths compile side by side
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        // Real models beside llama.cpp, their tokenizers and what they choose: minutes, and a model that is fetched.
        test: {
          name: 'agree',
          environment: 'node',
          include: ['packages/**/*.agree.test.ts', 'packages/formats/src/pre-tokenizers.test.ts'],
          env: { LONGREAD_TEXTS: '10000' }, // all
          setupFiles: [seededSetup, dawnSetup],
          provide: { seed },
          testTimeout: 600_000,
          fileParallelism: false,
        },
      },
      inChromium('gpu', {
        include: [
          'packages/**/*.gpu.test.ts',
          '{packages,apps}/**/*.browser.test.ts',
          'shaders/**/*.gpu.test.ts',
        ],
        exclude: ['packages/engine/**', '**/node_modules/**'],
      }),
      inChromium('engine', {
        include: ['packages/engine/**/*.gpu.test.ts'],
        setupFiles: [
          fileURLToPath(new URL('packages/engine/src/testing/quick-kernels.setup.ts', import.meta.url)),
        ],
      }),
    ],
  },
});
