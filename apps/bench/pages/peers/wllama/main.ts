// wllama: llama.cpp as WASM on the CPU, two threads, the GGUF as it is. The page is cross-origin isolated, which threads need.
import { LoggerWithoutDebug, Wllama } from '@wllama/wllama';
import wasmUrl from '@wllama/wllama/esm/wasm/wllama.wasm?url';
import packageFile from '@wllama/wllama/package.json';
import { invariant } from '@longread/core';

const numThreads = 2;
const contextSize = 4096;

let wllama: Wllama | undefined;

window.longreadPeer = {
  load: async (modelUrl) => {
    invariant(crossOriginIsolated, 'the page is not cross-origin isolated: wllama would have one thread');
    wllama = new Wllama({ default: wasmUrl }, { suppressNativeLog: true, logger: LoggerWithoutDebug });
    const response = await fetch(modelUrl, { cache: 'no-store' });
    invariant(response.ok, `the model did not arrive (HTTP status ${response.status})`);
    const model = await response.blob();
    // Layers stay on the CPU: its WebGPU path needs f16, and the CPU is what a person without a GPU would use.
    await wllama.loadModel([model], { n_ctx: contextSize, n_threads: numThreads, n_gpu_layers: 0 });
    const threads = wllama.getNumThreads();
    invariant(threads === numThreads, `wllama runs ${threads} threads`);
    return `wllama ${packageFile.version}, WASM on the CPU, ${threads} threads`;
  },
  run: async ({ text }, maxNewTokens) => {
    invariant(wllama, 'call load first');
    // A first word of its own: the prompt of the run before would be found in the cache.
    const prompt = `${crypto.randomUUID()}\n${text}`;
    const { timings } = await wllama.createCompletion({
      prompt,
      max_tokens: maxNewTokens,
      temperature: 0,
      ignore_eos: true,
    });
    invariant(timings, 'wllama reported no timings');
    return {
      promptTokens: timings.prompt_n,
      promptMs: timings.prompt_ms,
      newTokens: timings.predicted_n,
      newMs: timings.predicted_ms,
    };
  },
};
