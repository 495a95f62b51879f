// Memory over the time of an operation: a sample where it reports, few enough to travel with its result. No timer runs for it: what was
// held between two reports is in the later one.
import type { MemorySample, Progress } from '../api.ts';

export const maxSamples = 64;

export interface MemorySamples {
  /** Begins anew. @param takePeak the most GPU bytes since it was asked last */
  begin(takePeak: () => number): void;
  /** Takes a sample. @param phase what is reported now; without one the operation goes on with what it did */
  take(phase?: Progress['phase']): void;
  readonly samples: readonly MemorySample[];
  /** The most GPU bytes of all that were taken, those that did not stay included. */
  readonly peakBytes: number;
}

/**
 * @param now milliseconds
 * @param heap bytes of JavaScript's heap, where the browser tells
 */
export function createMemorySamples(now = () => performance.now(), heap = heapHere): MemorySamples {
  let samples: MemorySample[] = [];
  let takePeak: (() => number) | undefined;
  let [startedAt, phase]: [number, Progress['phase'] | undefined] = [0, undefined];
  let peakBytes = 0;
  const take = (next = phase) => {
    if (!takePeak) return; // before the device is used
    const heapBytes = heap();
    const held = {
      ms: now() - startedAt,
      gpuBytes: takePeak(),
      ...(heapBytes !== undefined && { heapBytes }),
    };
    peakBytes = Math.max(peakBytes, held.gpuBytes);
    samples.push({ phase, ...held });
    if (next !== phase) samples.push({ ...held, phase: (phase = next) });
    if (samples.length > maxSamples) samples = thinned(samples);
  };
  return {
    begin: (peak) => {
      [samples, takePeak, startedAt, phase] = [[], peak, now(), undefined];
      peakBytes = 0;
      take();
    },
    take,
    get samples() {
      return samples;
    },
    get peakBytes() {
      return peakBytes;
    },
  };
}

/** Half as many where phases are long: two neighbours of one phase become the later one, with the most that either held. */
function thinned(samples: readonly MemorySample[]): MemorySample[] {
  const kept: MemorySample[] = [];
  for (let at = 0; at < samples.length; at++) {
    const [one, two] = [samples[at], samples[at + 1]];
    if (one && two && at > 0 && one.phase === two.phase) {
      const heapBytes = Math.max(one.heapBytes ?? 0, two.heapBytes ?? 0);
      const gpuBytes = Math.max(one.gpuBytes, two.gpuBytes);
      kept.push({ ...two, gpuBytes, ...(heapBytes > 0 && { heapBytes }) });
      at++;
    } else if (one) kept.push(one);
  }
  return kept.slice(-maxSamples);
}

function heapHere(): number | undefined {
  const { memory } = performance as { readonly memory?: { readonly usedJSHeapSize?: unknown } };
  return typeof memory?.usedJSHeapSize === 'number' ? memory.usedJSHeapSize : undefined;
}
