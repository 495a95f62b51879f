// transformers.js on WebGPU through ONNX Runtime: the same weights as an int4 ONNX file, which make_onnx.py made.
import {
  AutoModelForCausalLM,
  BaseStreamer,
  env,
  Tensor,
  type PreTrainedModel,
  type TextStreamer,
} from '@huggingface/transformers';
import { invariant } from '@longread/core';

env.allowRemoteModels = false;
env.allowLocalModels = true;
env.localModelPath = '/peers/';
env.useBrowserCache = false;
env.useWasmCache = false;

let model: PreTrainedModel | undefined;

/** Notes when tokens come out: the first call is the prompt's. */
class Clock extends BaseStreamer {
  readonly times: number[] = [];

  override put(): void {
    this.times.push(performance.now());
  }

  override end(): void {
    // Nothing to flush.
  }
}

const int64 = (values: readonly number[]) =>
  new Tensor(
    'int64',
    BigInt64Array.from(values, (value) => BigInt(value)),
    [1, values.length],
  );

window.longreadPeer = {
  load: async (folder) => {
    const { wasm } = env.backends.onnx;
    invariant(wasm, 'ONNX Runtime has no WASM settings');
    wasm.wasmPaths = `${location.origin}/peers/ort/`;
    model = await AutoModelForCausalLM.from_pretrained(folder, { device: 'webgpu', dtype: 'fp32' });
    return `transformers.js ${env.version}, WebGPU, int4 ONNX, f32 activations`;
  },
  run: async ({ ids }, maxNewTokens) => {
    invariant(model, 'call load first');
    const streamer = new Clock();
    const startedAt = performance.now();
    await model.generate({
      inputs: int64(ids),
      attention_mask: int64(ids.map(() => 1)),
      max_new_tokens: maxNewTokens,
      min_new_tokens: maxNewTokens,
      do_sample: false,
      // Typed for its own text streamer alone; any streamer will do.
      streamer: streamer as unknown as TextStreamer,
    });
    // The prompt itself, then one call a token: the first token ends the prompt's pass.
    const [first, ...rest] = streamer.times.slice(1);
    const last = rest.at(-1) ?? first;
    invariant(first !== undefined && last !== undefined, 'transformers.js generated nothing');
    return {
      promptTokens: ids.length,
      promptMs: first - startedAt,
      newTokens: rest.length,
      newMs: last - first,
    };
  },
};
