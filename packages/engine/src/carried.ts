// What layers carry from chunk to chunk in the place of keys and values (planner, carriedBytes), in two copies, so that a chunk which is
// not whole, or a question, leaves the state as it was.
import { invariant, isCarrying, type ModelConfig } from '@longread/core';
import type { BufferOwner, Gpu } from '@longread/gpu';
import { carriedBytes } from '@longread/planner';

export interface Carried {
  /** What the layer goes on from, in a copy for a pass to change. */
  change(layer: number): GPUBuffer;
  /** What the layer goes on from. */
  of(layer: number): GPUBuffer;
  /** The copies that were changed are the state from now on: one of each layer. */
  advance(): void;
  /** @returns reads, one layer after the other, what was there at the time of this call; undefined where no layer carries anything */
  save(): () => Promise<Float32Array<ArrayBuffer> | undefined>;
  restore(saved: Float32Array<ArrayBuffer> | undefined): void;
}

/** Allocates, from `owner`, for such layers below `numLayers`. */
export function createCarried(
  { recorder, write }: Pick<Gpu, 'recorder' | 'write'>,
  owner: BufferOwner,
  config: ModelConfig,
  numLayers: number,
): Carried {
  const bytes = carriedBytes(config);
  const all = new Map<number, { now: GPUBuffer; next: GPUBuffer }>();
  for (let layer = 0; layer < numLayers; layer++)
    if (isCarrying(config, layer))
      all.set(layer, {
        now: owner.storage(`carried ${layer}`, bytes),
        next: owner.storage(`carried next ${layer}`, bytes),
      });
  const copiesOf = (layer: number) => {
    const found = all.get(layer);
    invariant(found, `layer ${layer} carries nothing`);
    return found;
  };
  return {
    change: (layer) => {
      const { now, next } = copiesOf(layer);
      recorder.copy(now, 0, next, 0, bytes);
      return next;
    },
    of: (layer) => copiesOf(layer).now,
    advance: () => {
      for (const copies of all.values()) [copies.now, copies.next] = [copies.next, copies.now];
    },
    save: () => {
      const buffers = [...all.values()].map(({ now }) => now);
      return async () => {
        if (buffers.length === 0) return undefined;
        const saved = new Float32Array((buffers.length * bytes) / 4);
        for (const [i, buffer] of buffers.entries())
          saved.set(new Float32Array(await recorder.read(buffer, 0, bytes)), (i * bytes) / 4);
        return saved;
      };
    },
    restore: (saved) => {
      for (const [i, { now }] of [...all.values()].entries())
        write(now, 0, saved?.slice((i * bytes) / 4, ((i + 1) * bytes) / 4) ?? new Float32Array(bytes / 4));
    },
  };
}
