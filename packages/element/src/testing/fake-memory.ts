// What the fake engine's answers and documents took of the GPU's memory.
import type { MemoryStats } from 'longread';

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
