// Attention of one chunk over a compressed cache, through the engine's own attention, with and without column sums.
import { chooseAttentionKind, createActivations, createAttention } from 'longread/stages';
import { noise, passSize, timedOnDevice, type Bed } from './bed.ts';
import type { Work } from './driver.ts';

/** q . k and weights . v over the pairs that the causal mask lets through, nothing else. */
function attentionFlops(numHeads: number, headDim: number, numTokens: number, numSlots: number): number {
  const pairs = numTokens * numSlots + (numTokens * (numTokens + 1)) / 2;
  return 4 * numHeads * headDim * pairs;
}

/** A chunk of `numTokens` behind `numSlots` entries; the projections around attention are not part of it. */
export async function attention(bed: Bed, numTokens: number, numSlots: number, sums: boolean): Promise<Work> {
  const { gpu, owner, model } = bed;
  const { numHeads, numKvHeads, headDim } = model.config;
  const capacity = Math.ceil((numTokens + numSlots) / 16) * 16;
  const bench = await bed.once(`attention ${capacity}`, async () => {
    const attentionKind = await chooseAttentionKind(gpu, model.config, bed.choice);
    const size = { ...passSize, maxKeys: capacity, attentionKind };
    const buffers = await createActivations(gpu, owner, model.config, size);
    const cacheBytes = 4 * numKvHeads * capacity * headDim;
    const cache = { keys: owner.storage('keys', cacheBytes), values: owner.storage('values', cacheBytes) };
    const buffer = owner.storage('sums', 4 * numKvHeads * capacity);
    const received = { sums: buffer, numQueries: Infinity, perLayer: false };
    for (const buffer of [buffers.qkv, cache.keys, cache.values])
      gpu.write(buffer, 0, noise(buffer.size / 4));
    await owner.settled();
    const made = await createAttention(gpu, model.config, buffers, bed.choice);
    return { cache, received, made };
  });
  const span = { numTokens, firstSlot: numSlots, capacity };
  bench.made.rotate(0, span, bench.cache);
  const flops = attentionFlops(numHeads, headDim, numTokens, numSlots);
  return timedOnDevice(bed, { flops, bytes: 0 }, async () => {
    const tiles = bench.made.tiles(0, span, bench.cache, sums ? bench.received : undefined);
    while (tiles.next().done !== true) await gpu.recorder.pace(undefined, 'bench');
  });
}
