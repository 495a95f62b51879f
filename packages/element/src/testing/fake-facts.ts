// What the fake engine tells of itself, and what it finds.
import type { EngineInfo, Evidence, MemoryStats } from 'longread';

export const memory: MemoryStats = {
  plannedBytes: 420_000_000,
  peakBytes: 400_000_000,
  samples: [
    { ms: 0, phase: 'gather', gpuBytes: 310_000_000 },
    { ms: 400, phase: 'gather', gpuBytes: 330_000_000 },
    { ms: 1900, phase: 'recompute', gpuBytes: 400_000_000 },
    { ms: 5400, phase: 'decode', gpuBytes: 390_000_000 },
  ],
  items: [],
};

export const evidence: readonly Evidence[] = [
  {
    start: 12_345,
    end: 12_890,
    score: 3.217,
    place: { fraction: 0.06 },
    text: 'Captain Ahab stood upon his quarter-deck.',
  },
  {
    start: 45_000,
    end: 45_100,
    score: 1.5,
    place: { fraction: 0.25 },
    text: '<img src=x onerror="window.pwned = true"> <script>pwned()</script>',
  },
];

export const info: EngineInfo = {
  adapter: 'Fake adapter',
  model: 'Fake 1M',
  modelSha256: '',
  weights: 'file',
  contextLength: 8192,
  gpuBytes: 0,
  gpuBytesPeak: 0,
  longestSubmissionMs: 0,
  tuning: { adapter: 'fake', version: '', rows: [], tested: [], failed: [] },
  calibration: {
    origin: 'packaged',
    preset: 'read',
    scoring: 'late-interaction',
    heads: ['L9.Q0'],
    exitLayer: 10,
    measured: '',
  },
  presets: [
    { name: 'skim', fingerprint: 'skimmed', exitLayer: 4, gatherSize: 2048 },
    { name: 'read', fingerprint: '', exitLayer: 10, gatherSize: 1024 },
    { name: 'study', fingerprint: 'studied', exitLayer: 20, gatherSize: 1024 },
  ],
};
