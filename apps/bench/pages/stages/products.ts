// The matrix products of a layer, through the engine's own projector and with the model's own weights.
import {
  chooseAttentionKind,
  createActivations,
  createProjector,
  mixingProjections,
  type Projection,
} from 'longread/stages';
import { invariant } from '@longread/core';
import { noise, passSize, timedOnDevice, type Bed } from './bed.ts';
import type { Work } from './driver.ts';

/** All products of one layer over `numTokens` tokens as it runs them: query, key and value; attention output; gate and up; down. */
export async function layerProducts(bed: Bed, numTokens: number): Promise<Work> {
  const { gpu, owner, model, choice } = bed;
  const { projector, buffers } = await bed.once('products', async () => {
    const attentionKind = await chooseAttentionKind(gpu, model.config, choice);
    const made = await createActivations(gpu, owner, model.config, { ...passSize, attentionKind });
    for (const buffer of [made.normed, made.attention, made.gated])
      gpu.write(buffer, 0, noise(buffer.size / 4));
    await owner.settled();
    return { projector: await createProjector(gpu, model, choice), buffers: made };
  });
  const layer = model.layers[0];
  invariant(layer, 'a model without layers');
  const [input, output] = mixingProjections(layer);
  const { normed, qkv, attention, hidden, gateUp, gated } = buffers;
  const tokens = { firstToken: 0, numTokens };
  const products: readonly [Projection, GPUBuffer, GPUBuffer][] = [
    [input, normed, 'qkv' in layer ? qkv : gateUp],
    [output, attention, hidden],
    [layer.gateUp, normed, gateUp],
    [layer.down, gated, hidden],
  ];
  const flops = products.reduce(
    (sum, [{ inFeatures, outFeatures }]) => sum + 2 * numTokens * inFeatures * outFeatures,
    0,
  );
  return timedOnDevice(bed, { flops, bytes: 0 }, () =>
    products.forEach(([projection, x, y]) => {
      if (projection !== layer.gateUp || !projector.gatedMany(projection, x, gated, tokens))
        projector.many(projection, x, y, tokens, false, undefined);
    }),
  );
}
