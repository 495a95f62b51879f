// Rows against what a person could use instead, in the same browser on the same machine, sample by sample in turn.
import type { PeerDriver, PeerPrompt, PeerRun } from '@longread/bench/peers/driver.ts';
import { defaultDocument } from '../../default-document.ts';
import { openTokenizer } from '../../open-tokenizer.ts';
import { rateOf } from '../engine-phases.ts';
import type { Bench, Experiment } from '../experiment.ts';
import { offerOnnx } from '../onnx.ts';
import { median, ratioRow } from '../row.ts';

/** Opens a peer's page and loads its model; the name says version and settings. */
async function openPeer(
  bench: Bench,
  path: string,
  model: string,
): Promise<{ readonly name: string; readonly run: PeerDriver['run'] }> {
  const page = await bench.page(path);
  const name = await page.evaluate((url) => window.longreadPeer.load(url), model);
  return {
    name,
    run: async (prompt, maxNewTokens) => {
      const run = await page.evaluate(([given, count]) => window.longreadPeer.run(given, count), [
        prompt,
        maxNewTokens,
      ] as const);
      const { promptTokens, newTokens } = run;
      const rates = `${promptRate(run).toFixed(2)} and ${newRate(run).toFixed(2)} tokens/s`;
      bench.note(`    ${name}: ${promptTokens} tokens read, ${newTokens} written, ${rates}`);
      return run;
    },
  };
}

/** The first `count` tokens of the default document. */
async function promptOf(bench: Bench, count: number): Promise<PeerPrompt> {
  const tokenizer = await openTokenizer(bench.modelPath);
  const ids = tokenizer.encodeText(defaultDocument().text.slice(0, 12 * count)).slice(0, count);
  const decoder = tokenizer.createDecoder();
  return { ids, text: ids.map((id) => decoder.push(id)).join('') + decoder.end() };
}

const promptRate = ({ promptTokens, promptMs }: PeerRun): number => (1000 * promptTokens) / promptMs;
const newRate = ({ newTokens, newMs }: PeerRun): number => (1000 * newTokens) / newMs;

interface Pair {
  readonly own: number;
  readonly peer: number;
}

function pairRow(name: string, pairs: readonly Pair[], terms: string) {
  const figure = (values: readonly number[]) => median(values).toPrecision(3);
  const ratios = pairs.map(({ own, peer }) => own / peer);
  const rates = `${figure(pairs.map(({ own }) => own))} against ${figure(pairs.map(({ peer }) => peer))} tokens/s`;
  return ratioRow(name, 'x tokens/s', ratios, `${rates}; ${terms}`);
}

const wllama: Experiment = {
  rows: {
    'compress-2k-vs-wllama-prefill':
      'tokens/s of reading 2,048 tokens over those of wllama (WASM, two threads)',
    'decode-2k-vs-wllama': 'tokens/s of decode behind 2,048 tokens over those of wllama',
  },
  pages: { wllama: 'apps/bench/peers/wllama/index.html' },
  run: async (bench) => {
    const numTokens = 2048;
    const newTokens = 24;
    const prompt = await promptOf(bench, numTokens);
    const peer = await openPeer(bench, '/bench/peers/wllama/', bench.modelUrl);
    const { call } = await bench.engine();
    const { decode } = await bench.stages();
    const warm = { ids: prompt.ids.slice(0, 64), text: prompt.text.slice(0, 256) };
    await peer.run(warm, 4);
    await call('ingest', { text: warm.text, reuse: false });
    await decode(numTokens, 4);
    const reading: Pair[] = [];
    const decoding: Pair[] = [];
    for (let i = 0; i < bench.repeats(1); i++) {
      const run = await peer.run(prompt, newTokens);
      const { phases } = await call('ingest', { text: prompt.text, maxTokens: numTokens, reuse: false });
      const own = await decode(numTokens, newTokens);
      reading.push({ own: rateOf(phases, 'compress'), peer: promptRate(run) });
      decoding.push({ own: (1000 * newTokens) / own.ms, peer: newRate(run) });
      await call('forget');
    }
    return [
      pairRow('compress-2k-vs-wllama-prefill', reading, peer.name),
      pairRow('decode-2k-vs-wllama', decoding, `${peer.name}; both behind ${numTokens} cached tokens`),
    ];
  },
};

const transformersjs: Experiment = {
  rows: {
    'prefill-1k-vs-transformersjs':
      'tokens/s of prefill through all layers over those of transformers.js on WebGPU',
    'decode-1k-vs-transformersjs': 'tokens/s of decode over those of transformers.js on WebGPU',
  },
  pages: { transformersjs: 'apps/bench/peers/transformersjs/index.html' },
  run: async (bench) => {
    // On a software adapter the peer takes minutes: its prompts are short, and it is told so in the rows.
    const peerPrompt = 64;
    const peerNew = 3;
    const numTokens = 1024;
    const newTokens = 24;
    const prompt = await promptOf(bench, peerPrompt);
    const model = { path: bench.modelPath, sha256: bench.modelSha256 };
    const peer = await openPeer(
      bench,
      '/bench/peers/transformersjs/',
      await offerOnnx(bench.files, model, bench.note),
    );
    const { prefill, decode } = await bench.stages();
    await peer.run({ ...prompt, ids: prompt.ids.slice(0, 4) }, 2);
    await prefill(64);
    await decode(64, 4);
    const reading: Pair[] = [];
    const decoding: Pair[] = [];
    for (let i = 0; i < bench.repeats(1); i++) {
      const run = await peer.run(prompt, peerNew);
      const prefilled = await prefill(numTokens);
      const decoded = await decode(numTokens, newTokens);
      reading.push({ own: (1000 * numTokens) / prefilled.ms, peer: promptRate(run) });
      decoding.push({ own: (1000 * newTokens) / decoded.ms, peer: newRate(run) });
    }
    const terms = `${peer.name}; ours at ${numTokens} tokens, it at ${peerPrompt}, since it takes minutes`;
    return [
      pairRow('prefill-1k-vs-transformersjs', reading, terms),
      pairRow('decode-1k-vs-transformersjs', decoding, terms),
    ];
  },
};

export const peerExperiments: readonly Experiment[] = [wllama, transformersjs];
