// What decoding a token asks of a device, counted on paper: dispatches, submissions, workgroups and bytes (docs/gpu.md). What a dispatch
// costs a GPU besides its work is microseconds: thirty layers of eleven are a millisecond a token, as long as the weights of a small
// model take to read.
import type { ModelConfig, TuningRow } from '@longread/core';
import { partialVectors, type KernelFeature } from '@longread/shaders';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { decode } from './decode.ts';
import { createDecodeCache } from './forward/decode-cache.ts';
import { createTransformer } from './forward/transformer.ts';
import { untestedChoice } from './kernels/choose.ts';
import { attentionClassOf } from './kernels/preferences.ts';
import { createPaperGpu, type PaperDispatch, type PaperWork } from './testing/paper-device.ts';
import { paperModel, paperShapes as shapes, type PaperShape } from './testing/paper-models.ts';

/** Keys that the counted token sees, itself included. */
const numKeys = 2048;

interface Paper {
  /** Lanes of the widest subgroup. */
  readonly subgroupSize: number;
  readonly features: readonly KernelFeature[];
  /** What the tuner found to be fastest: of products, and of attention's two stages. */
  readonly body: 'plain' | 'rows' | 'subgroup' | 'quad';
  readonly attention: readonly string[];
}

const inWorkgroups = ['decode-attention/split-workgroup', 'decode-attention/reduce-lanes'];

const papers = {
  gpu: { subgroupSize: 32, features: ['shader-f16', 'subgroups'], body: 'subgroup', attention: inWorkgroups },
  'gpu without subgroups': { subgroupSize: 32, features: [], body: 'rows', attention: inWorkgroups },
  software: { subgroupSize: 4, features: ['subgroups'], body: 'quad', attention: [] },
} as const satisfies Readonly<Record<string, Paper>>;

interface Counted extends PaperWork {
  readonly weightBytes: number;
  readonly cacheBytes: number;
}

function rowOf(kernel: string, shapeClass: string, variant: string): TuningRow {
  return { kernel, shapeClass, variant, key: variant, ms: 1, gflops: 1, note: '' };
}

/** Tokens before the one that is counted. */
const warmUps = 12;

/** The work of a token in the middle of an answer, which sees `numKeys` keys. */
async function countToken(shape: PaperShape, paper: Paper): Promise<Counted> {
  const { gpu, take } = await createPaperGpu(paper);
  const { config } = shape;
  const { numKvHeads, headDim } = config;
  const owner = gpu.owner('model');
  const model = paperModel(owner, shape);
  const weightBytes = gpu.liveBytes - gpu.recorder.ownBytes;
  const choice = untestedChoice(gpu, [
    rowOf('matvec', 'any', `matvec/${paper.body}`),
    ...paper.attention.map((variant) => {
      const kernel = variant.replace(/-[a-z]+$/, '');
      return rowOf(kernel, attentionClassOf(config), variant);
    }),
  ]);
  const transformer = await createTransformer(
    gpu,
    owner,
    model,
    { maxTokens: 1, maxKeys: numKeys + 8 },
    choice,
  );
  const cache = await createDecodeCache(gpu, transformer, numKeys + 8);
  const sampling = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, seed: 1 };
  const tokens = decode(gpu, transformer, cache, {
    sampling,
    maxNewTokens: warmUps + 3,
    endIds: [],
    firstSlot: numKeys - warmUps - 1,
    history: new Uint32Array(4),
  });
  for (let i = 0; i < warmUps; i++) await tokens.next(); // the recorder learns that a token fits a submission
  take();
  await tokens.next();
  const work = take();
  await tokens.return(undefined);
  const cacheBytes = config.numLayers * 2 * numKvHeads * numKeys * (2 * headDim + 16);
  return { ...work, weightBytes, cacheBytes };
}

/** Names of the kernels, in their order, of a layer in the middle. */
function layerOf({ dispatches }: PaperWork, { numLayers }: ModelConfig): readonly string[] {
  const splits = dispatches.flatMap(({ spec }, i) => (isSplit(spec.name) ? [i] : []));
  expect(splits.length).toBe(numLayers);
  return dispatches.slice(splits[0], splits[1]).map(({ spec }) => spec.name);
}

const isSplit = (name: string) => name.startsWith('decode-attention/split');

/** Bytes that a dispatch reads and writes, each once however many workgroups do; activations of one token are whole buffers. */
function bytesOf({ spec, buffers, uniforms: u }: PaperDispatch): number {
  const of = (name: string) => u[name] ?? 0;
  const groups = Math.ceil(of('group_size') / 4) * (of('num_kv_heads') || of('num_heads') / of('group_size'));
  return spec.bindings.reduce((sum, { name, access }) => {
    const buffer = buffers[name];
    if (buffer === undefined) return sum;
    if (spec.name.startsWith('embedding-lookup') && name !== 'y') return sum + 2 * of('hidden_size');
    if (name === 'scales' && buffer === buffers.quants) return sum;
    if (name === 'history' || name === 'token') return sum + 4;
    if (name === 'angles' || ((name === 'b' || name === 'w') && buffer === buffers.angles))
      return sum + 4 * of('rotary_dim');
    if (name === 'keys' || name === 'values') return sum + 4 * of('num_kv_heads') * of('head_dim');
    if (name === 'packed')
      return sum + 2 * of('num_kv_heads') * (of('num_keys') || 1) * (2 * of('head_dim') + 16);
    if (name === 'partial') {
      // Four query heads side by side; of a smaller group most kernels touch only what is there.
      const touchesAll = isSplit(spec.name) && !spec.name.endsWith('-workgroup');
      const missing = touchesAll ? 0 : Math.max(0, 4 - of('group_size'));
      const vectors = partialVectors(of('head_dim')) - (missing * of('head_dim')) / 4;
      return sum + 16 * groups * of('num_splits') * vectors;
    }
    return sum + buffer.size * (access === 'read_write' && of('accumulate') === 1 ? 2 : 1);
  }, 0);
}

const counts = new Map<string, Counted>();
const countOf = (shape: string, paper: keyof typeof papers): Counted => {
  const count = counts.get(`${shape} ${paper}`);
  if (count === undefined) throw new Error(`${shape} was not counted on ${paper}`);
  return count;
};

beforeAll(async () => {
  vi.stubGlobal('GPUBufferUsage', { STORAGE: 1, COPY_DST: 2, COPY_SRC: 4, UNIFORM: 8, MAP_READ: 16 });
  vi.stubGlobal('GPUShaderStage', { COMPUTE: 1 });
  vi.stubGlobal('GPUMapMode', { READ: 1 });
  vi.stubGlobal('performance', { now: () => 0 });
  for (const [name, shape] of Object.entries(shapes))
    for (const paper of Object.keys(papers) as (keyof typeof papers)[])
      counts.set(`${name} ${paper}`, await countToken(shape, papers[paper]));
  vi.unstubAllGlobals();
}, 60_000);

/** Dispatches of a layer in the middle, and of the whole token. */
const dispatches = [
  { shape: '135m', paper: 'gpu', ofLayer: 7, ofToken: 214 },
  { shape: '135m', paper: 'gpu without subgroups', ofLayer: 7, ofToken: 214 },
  { shape: '135m', paper: 'software', ofLayer: 9, ofToken: 275 },
  { shape: '1.7b', paper: 'gpu', ofLayer: 7, ofToken: 172 },
  { shape: '1.7b-f16', paper: 'gpu', ofLayer: 7, ofToken: 172 },
  { shape: 'qwen3', paper: 'gpu', ofLayer: 7, ofToken: 200 },
  { shape: 'qwen2', paper: 'gpu', ofLayer: 7, ofToken: 200 },
  { shape: 'gemma3', paper: 'gpu', ofLayer: 9, ofToken: 256 },
] as const;

test.each(dispatches)(
  '$shape on a $paper: $ofLayer dispatches a layer',
  ({ shape, paper, ofLayer, ofToken }) => {
    const count = countOf(shape, paper);
    expect(layerOf(count, shapes[shape].config).length).toBe(ofLayer);
    expect(count.dispatches.length).toBe(ofToken);
  },
);

describe.each(Object.keys(shapes))('%s', (shape) => {
  test.each(Object.keys(papers) as (keyof typeof papers)[])(
    'on a %s: little but weights and cache is touched',
    (paper) => {
      const { dispatches: all, weightBytes, cacheBytes } = countOf(shape, paper);
      const bytes = all.reduce((sum, dispatch) => sum + bytesOf(dispatch), 0);
      expect(bytes / (weightBytes + cacheBytes)).toBeGreaterThan(1);
      expect(bytes / (weightBytes + cacheBytes)).toBeLessThan(1.08);
    },
  );

  test.each(Object.keys(papers) as (keyof typeof papers)[])(
    'on a %s: submissions, and what cuts a pass',
    (paper) => {
      const { submissions, passes, copies, bindGroups } = countOf(shape, paper);
      // The readback, and the layers with the draw behind them; the copies: into the history, to the host.
      expect({ submissions, passes, copies }).toEqual({ submissions: 2, passes: 1, copies: 2 });
      expect(bindGroups).toBe(0);
    },
  );
});

/** Workgroups of each of a token's kernels at 2,048 keys, on a GPU; products of 32 lanes, attention of 64. */
const workgroups = {
  '1.7b': {
    'matvec/subgroup': [512],
    'matvec/fused-subgroup': [1536, 2048, 12_288],
    'decode-attention/split-workgroup': [512],
    'decode-attention/reduce-lanes': [256],
    'rope/token-lanes': [96],
    'sample/chunks': [256],
  },
  qwen3: {
    'matvec/subgroup': [512],
    'matvec/fused-subgroup': [1024, 1536, 37_984],
    'decode-attention/split-workgroup': [256],
    'decode-attention/reduce-lanes': [256],
    'rope/token-lanes': [32],
    'sample/chunks': [297],
  },
} as const;

/**
 * What has fewer: a few thousand elements, that a norm of a head or a row's scale needs all of; the best of the candidates that a
 * vocabulary's chunks leave; a row of a table.
 */
const small = ['rope/token-lanes', 'sample/best', 'embedding-lookup/plain'];

describe.each(Object.entries(workgroups))('%s on a gpu', (shape, expected) => {
  const groupsOf = () => {
    const groups = new Map<string, Set<number>>();
    for (const each of countOf(shape, 'gpu').dispatches)
      groups.set(each.spec.name, (groups.get(each.spec.name) ?? new Set()).add(each.groups));
    return groups;
  };

  test('workgroups', () => {
    for (const [kernel, groups] of Object.entries(expected))
      expect(
        [...(groupsOf().get(kernel) ?? [])].sort((a, b) => a - b),
        kernel,
      ).toEqual(groups);
  });

  test('enough for a large device, but where there is little to do', () => {
    const few = [...groupsOf()].flatMap(([kernel, groups]) => (Math.min(...groups) < 256 ? [kernel] : []));
    expect(small).toEqual(expect.arrayContaining(few));
  });
});
