// Rows against what a person could use instead, in the same browser on the same machine, sample by sample in turn.
import { defaultDocument } from '@longread/command/default-document';
import { median } from '@longread/core';
import { openConfig, openTokenizer } from '@longread/models';
import type { PeerPrompt, PeerRun } from '../../pages/peers/driver.ts';
import { rateOf } from '../engine-phases.ts';
import type { Bench, Experiment } from '../experiment.ts';
import { offerOnnx } from '../onnx.ts';
import { describeLayers, ratioByLayer } from '../results/layers.ts';
import { formatNumber } from '../results/report.ts';
import { ratioRow } from '../results/row.ts';

interface PeerSample extends PeerRun {
  /** The peer's name, version and settings. */
  readonly name: string;
}

/**
 * One run of a peer after a short one, in a browser that is closed before ours opens: a peer's idle threads may spin, and take the
 * processor that a software adapter needs.
 */
async function runPeer(
  bench: Bench,
  path: string,
  model: string,
  prompt: PeerPrompt,
  maxNewTokens: number,
): Promise<PeerSample> {
  const page = await bench.page(path);
  const name = await page.evaluate((url) => window.longreadPeer.load(url), model);
  const run = (given: PeerPrompt, count: number) =>
    page.evaluate(([text, tokens]) => window.longreadPeer.run(text, tokens), [given, count] as const);
  await run({ ids: prompt.ids.slice(0, 8), text: prompt.text.slice(0, 32) }, 2);
  const result = await run(prompt, maxNewTokens);
  await bench.closePages();
  const rates = `${promptRate(result).toFixed(2)} and ${newRate(result).toFixed(2)} tokens/s`;
  bench.note(`    ${name}: ${result.promptTokens} tokens read, ${result.newTokens} written, ${rates}`);
  return { name, ...result };
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
  const figure = (values: readonly number[]) => formatNumber(median(values));
  const ratios = pairs.map(({ own, peer }) => own / peer);
  const rates = `${figure(pairs.map(({ own }) => own))} against ${figure(pairs.map(({ peer }) => peer))} tokens/s`;
  return ratioRow(name, 'x tokens/s', ratios, `${rates}; ${terms}`);
}

const wllama: Experiment = {
  rows: {
    'compress-2k-vs-wllama-prefill':
      'tokens/s of reading 2,048 tokens over those of wllama (WASM, two threads)',
    'compress-2k-vs-wllama-prefill-by-layer':
      'the same in layers/s: reading runs the lower layers, wllama all of them',
    'decode-2k-vs-wllama': 'tokens/s of decode behind 2,048 tokens over those of wllama',
  },
  needsBrowser: 'the peer runs in a page',
  pages: { wllama: 'apps/bench/pages/peers/wllama/index.html' },
  run: async (bench) => {
    const numTokens = 2048;
    const newTokens = 24;
    const prompt = await promptOf(bench, numTokens);
    const reading: Pair[] = [];
    const decoding: Pair[] = [];
    const { numLayers } = await openConfig(bench.modelPath);
    let ran = numLayers;
    let name = '';
    for (let i = 0; i < bench.repeats(1); i++) {
      const peer = await runPeer(bench, '/bench/pages/peers/wllama/', bench.modelUrl, prompt, newTokens);
      ({ name } = peer);
      const { call } = await bench.engine();
      await call('ingest', { text: prompt.text.slice(0, 256), reuse: false });
      const { phases, exitLayer } = await call('ingest', {
        text: prompt.text,
        maxTokens: numTokens,
        reuse: false,
      });
      ran = exitLayer;
      await bench.closePages();
      reading.push({ own: rateOf(phases, 'compress'), peer: promptRate(peer) });
      const { decode } = await bench.stages();
      await decode(numTokens, 4);
      const own = await decode(numTokens, newTokens);
      await bench.closePages();
      decoding.push({ own: (1000 * newTokens) / own.ms, peer: newRate(peer) });
    }
    const layers = { ran, all: numLayers };
    const row = pairRow('compress-2k-vs-wllama-prefill', reading, name);
    const ratios = row.samples.map((ratio) => ratioByLayer(ratio, layers));
    const terms = `${row.against ?? ''}; ${describeLayers(median(row.samples), layers)}`;
    return [
      { ...row, against: terms },
      ratioRow('compress-2k-vs-wllama-prefill-by-layer', 'x layers/s', ratios, terms),
      pairRow('decode-2k-vs-wllama', decoding, `${name}; both behind ${numTokens} cached tokens`),
    ];
  },
};

const transformersjs: Experiment = {
  rows: {
    'prefill-1k-vs-transformersjs':
      'tokens/s of prefill through all layers over those of transformers.js on WebGPU',
    'decode-1k-vs-transformersjs': 'tokens/s of decode over those of transformers.js on WebGPU',
  },
  needsBrowser: 'the peer runs in a page',
  pages: { transformersjs: 'apps/bench/pages/peers/transformersjs/index.html' },
  run: async (bench) => {
    // On a software adapter the peer writes one token in seconds.
    const peerNew = 3;
    const numTokens = 1024;
    const newTokens = 24;
    const prompt = await promptOf(bench, numTokens);
    const model = { path: bench.modelPath, sha256: bench.modelSha256 };
    const name = await offerOnnx(bench.files, model, bench.note);
    const reading: Pair[] = [];
    const decoding: Pair[] = [];
    let terms = '';
    for (let i = 0; i < bench.repeats(1); i++) {
      const peer = await runPeer(bench, '/bench/pages/peers/transformersjs/', name, prompt, peerNew);
      const { prefill, decode } = await bench.stages();
      await prefill(64);
      const prefilled = await prefill(numTokens);
      await decode(numTokens, 4);
      const decoded = await decode(numTokens, newTokens);
      await bench.closePages();
      terms = `${peer.name}; both behind ${numTokens} tokens`;
      reading.push({ own: (1000 * numTokens) / prefilled.ms, peer: promptRate(peer) });
      decoding.push({ own: (1000 * newTokens) / decoded.ms, peer: newRate(peer) });
    }
    return [
      pairRow('prefill-1k-vs-transformersjs', reading, terms),
      pairRow('decode-1k-vs-transformersjs', decoding, terms),
    ];
  },
};

export const peerExperiments: readonly Experiment[] = [wllama, transformersjs];
