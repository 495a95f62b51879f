// Stage 6, decode: samples on the device token by token; four bytes a token come back, and the next step is under way before they do.
import { throwIfAborted } from '@longread/core';
import type { Gpu } from '@longread/gpu';
import type { ResolvedSampling } from '@longread/planner';
import type { DecodeCache } from './forward/decode-cache.ts';
import type { Transformer } from './forward/transformer.ts';
import { createDraw } from './sampler.ts';

export interface DecodeOptions {
  readonly sampling: ResolvedSampling;
  readonly maxNewTokens: number;
  /** Generation ends at any of these ids, which are not yielded. */
  readonly endIds: readonly number[];
  /** Slot of the first generated token: the prompt's length. */
  readonly firstSlot: number;
  /** Prompt ids that a repetition penalty applies to. */
  readonly history: Uint32Array<ArrayBuffer>;
  readonly signal?: AbortSignal | undefined;
}

/** Yields token ids; starts from the logits that recompute left. */
export async function* decode(
  gpu: Gpu,
  transformer: Transformer,
  cache: DecodeCache,
  options: DecodeOptions,
): AsyncGenerator<number> {
  const { sampling, maxNewTokens, firstSlot, history: past, signal } = options;
  const { recorder } = gpu;
  const owner = gpu.owner('decode');
  try {
    const history = owner.storage('history', 4 * (past.length + maxNewTokens));
    const token = owner.storage('token', 4);
    const { logits } = transformer.activations;
    const { vocabSize } = transformer.config;
    const draw = await createDraw(gpu, owner, { logits, history, token }, vocabSize, sampling);
    await owner.settled();
    gpu.write(history, 0, past);
    const penalised = sampling.repetitionPenalty !== 1;

    /** Records: token `step` drawn from the logits. */
    const pick = (step: number) => {
      draw(step, penalised ? past.length + step : 0);
      recorder.copy(token, 0, history, 4 * (past.length + step), 4);
    };
    /** Records: that token through the layers. */
    const forward = (step: number) => {
      transformer.embed(token, 1);
      const span = { numTokens: 1, firstSlot: firstSlot + step, capacity: cache.capacity };
      for (const [layer, kv] of cache.layers.entries()) transformer.step(layer, span, kv);
      transformer.head(0);
    };

    for (let step = 0; step < maxNewTokens; step++) {
      throwIfAborted(signal, 'decode');
      if (step === 0) pick(0);
      const read = recorder.read(token, 0, 4, { during: 'decode', signal });
      const goesOn = step + 1 < maxNewTokens;
      const next = () => {
        forward(step);
        pick(step + 1);
      };
      if (goesOn && !transformer.fetches) next();
      recorder.submit();
      const [id] = new Uint32Array(await read);
      if (id === undefined || options.endIds.includes(id)) break;
      if (goesOn && transformer.fetches) {
        await transformer.fetch(Uint32Array.of(id));
        next();
      }
      yield id;
    }
    // The step behind an end id is not waited for: it touches nothing that the next submission does not order itself behind.
  } finally {
    owner.dispose();
  }
}
