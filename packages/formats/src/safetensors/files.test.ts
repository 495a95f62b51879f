// Folders as hubs have them: which files count, in which order, and what is named when they are not a model.
import { describe, expect, it } from 'vitest';
import { bytesSource } from '../testing/bytes-source.ts';
import {
  hubSides,
  hubTensors,
  tinyHub,
  writeSafetensors,
  type HubFiles,
  type HubTensor,
} from '../testing/write-safetensors.ts';
import { readTensor } from '../testing/read-tensor.ts';
import { tinyLlamaSource } from '../testing/tiny-llama.ts';
import { encodeUtf8 } from '../utf8.ts';
import { openSafetensors, orderSafetensors } from './open.ts';

const json = (value: unknown) => encodeUtf8(JSON.stringify(value));
const named = (files: HubFiles) =>
  Object.entries(files).map(([name, bytes]) => ({ name, source: bytesSource(bytes) }));
const order = (files: HubFiles) => orderSafetensors(named(files));
const open = (files: HubFiles) => openSafetensors(named(files));
const without = (files: HubFiles, ...names: readonly string[]): HubFiles =>
  Object.fromEntries(Object.entries(files).filter(([name]) => !names.includes(name)));

const one = tinyHub(1, { numLayers: 1 });
const three = tinyHub(1, { numLayers: 1 }, 3);
const sides = ['config.json', 'tokenizer.json', 'tokenizer_config.json'];
const shard = (i: number): string => `model-0000${i}-of-00003.safetensors`;
const shards = [1, 2, 3].map(shard);
const index = 'model.safetensors.index.json';
const nothing = new Uint8Array();

describe('a folder', () => {
  it('is read without what is of no use, in one order', async () => {
    const extra = {
      'README.md': nothing,
      '.gitattributes': nothing,
      'pytorch_model.bin': nothing,
      'vocab.json': nothing,
    };
    const mixed = Object.fromEntries(Object.entries({ ...one, ...extra }).reverse());
    expect(await order(mixed)).toEqual([...sides, 'model.safetensors']);
    const more = { ...three, 'generation_config.json': nothing, 'chat_template.jinja': nothing };
    expect(await order(more)).toEqual([...sides, 'generation_config.json', 'chat_template.jinja', ...shards]);
  });

  it('may lack the index, and what is optional', async () => {
    expect(await order(without(three, index, 'tokenizer_config.json'))).toEqual([
      ...sides.slice(0, 2),
      ...shards,
    ]);
    const renamed = { ...without(one, 'model.safetensors'), 'weights.safetensors': nothing };
    expect(await order(renamed)).toContain('weights.safetensors');
  });

  it('may hold other weights beside those of its model', async () => {
    expect(await order({ ...one, 'consolidated.safetensors': nothing })).toEqual([
      ...sides,
      'model.safetensors',
    ]);
    expect(await order({ ...three, 'adapter_model.safetensors': nothing })).toEqual([...sides, ...shards]);
  });

  it.each<[string, HubFiles, string]>([
    ['no configuration', without(one, 'config.json'), 'config.json is missing: '],
    ['no tokenizer', without(one, 'tokenizer.json'), 'tokenizer.json is missing: '],
    ['no weights', without(one, 'model.safetensors'), 'no weights'],
    [
      'PyTorch weights',
      { ...without(one, 'model.safetensors'), 'pytorch_model.bin': nothing },
      'weights in .bin',
    ],
    ['a part missing that the index names', without(three, shard(2)), `${shard(2)} is missing`],
    ['a part missing of a numbered set', without(three, shard(3), index), `${shard(3)} is missing`],
    [
      'weights of which none is the model',
      { ...without(one, 'model.safetensors'), 'a.safetensors': nothing, 'b.safetensors': nothing },
      'several files of weights',
    ],
    ['an index that is none', { ...three, [index]: json({}) }, '"weight_map"'],
    ['an index of nothing', { ...three, [index]: json({ weight_map: {} }) }, '"weight_map"'],
    [
      'an index that leads elsewhere',
      { ...three, [index]: json({ weight_map: { a: '../secret.safetensors' } }) },
      '"weight_map"',
    ],
    [
      'a page for an index',
      { ...three, [index]: encodeUtf8('<html>') },
      `${index} is not JSON: it is a web page`,
    ],
  ])('with %s is refused', async (_, files, said) => {
    await expect(order(files)).rejects.toThrow(said);
    await expect(order(files)).rejects.toMatchObject({ code: 'ModelFormat' });
  });

  it('with a file twice is refused', async () => {
    const twice = [...named(one), ...named(one).slice(0, 1)];
    await expect(orderSafetensors(twice)).rejects.toThrow('config.json is there twice');
  });
});

describe('tensors', () => {
  const source = tinyLlamaSource(1, { numLayers: 1 });
  const tensors = hubTensors(source);
  const withTensors = (all: readonly HubTensor[], config: object = {}): HubFiles => ({
    ...one,
    'config.json': json({ ...hubSides(source).config, ...config }),
    'model.safetensors': writeSafetensors(all),
  });
  const query = 'model.layers.0.self_attn.q_proj.weight';
  const changed = (change: Partial<HubTensor>) =>
    withTensors(tensors.map((tensor) => (tensor.name === query ? { ...tensor, ...change } : tensor)));
  const extra = (name: string): HubTensor => ({ name, dtype: 'F32', shape: [2], data: new Uint8Array(8) });

  it.each<[string, HubFiles, string]>([
    ['one missing', withTensors(tensors.filter(({ name }) => name !== query)), `"${query}" is missing`],
    [
      'one that is not known',
      withTensors([...tensors, extra('model.layers.0.self_attn.q_proj.bias')]),
      'q_proj.bias" is not part of',
    ],
    [
      'one of a layer too many',
      withTensors([...tensors, extra('model.layers.1.input_layernorm.weight')]),
      'not part of a LlamaForCausalLM',
    ],
    ['another type', changed({ dtype: 'F8_E4M3' }), 'unsupported type F8_E4M3'],
    [
      'another shape',
      changed({ shape: [32, 128] }),
      'has the shape [32, 128], the configuration asks for [64, 64]',
    ],
    ['a length that its shape does not have', changed({ dtype: 'F16' }), 'in F16 takes 8192'],
    [
      'no head where none is tied',
      withTensors(tensors, { tie_word_embeddings: false }),
      '"lm_head.weight" is missing',
    ],
    ['one in two files', { ...three, [shard(3)]: three[shard(1)] ?? nothing }, 'is in '],
    [
      'one elsewhere than the index says',
      { ...three, [shard(1)]: three[shard(2)] ?? nothing, [shard(2)]: three[shard(1)] ?? nothing },
      `where ${index} says it is`,
    ],
    ['a vocabulary that the tokenizer exceeds', withTensors(tensors, { vocab_size: 100 }), 'embed_tokens'],
  ])('with %s are refused', async (_, files, said) => {
    await expect(open(files)).rejects.toThrow(said);
    await expect(open(files)).rejects.toMatchObject({ code: 'ModelFormat' });
  });

  it('may hold frequencies that are computed anew, and a head that is tied', async () => {
    const frequencies = extra('model.layers.0.self_attn.rotary_emb.inv_freq');
    expect((await open(withTensors([...tensors, frequencies]))).config.tiedEmbeddings).toBe(true);
    const embedding = tensors.find(({ name }) => name === 'model.embed_tokens.weight') ?? expect.fail();
    const { config } = await open(withTensors([...tensors, { ...embedding, name: 'lm_head.weight' }]));
    expect(config.tiedEmbeddings).toBe(false);
  });

  it('with a number that is none are refused when it is read', async () => {
    const data = new Uint8Array(4 * 64 * 64);
    data.set([0, 0, 0xc0, 0x7f], 16);
    const file = await open(changed({ data }));
    const tensor = file.tensors.find(({ name }) => name === query) ?? expect.fail();
    await expect(readTensor(file, tensor)).rejects.toThrow(`"${query}" has a number out of range`);
  });
});

describe('a tokenizer', () => {
  const { tokenizer, tokenizerConfig } = hubSides(tinyLlamaSource(1, { numLayers: 1 }));
  const withSides = (change: Readonly<Record<string, unknown>>): HubFiles => ({
    ...one,
    ...Object.fromEntries(
      Object.entries(change).map(([name, value]) => [
        name,
        typeof value === 'string' ? encodeUtf8(value) : json(value),
      ]),
    ),
  });
  const config = (change: object) =>
    withSides({ 'tokenizer_config.json': { ...tokenizerConfig, ...change } });

  it('takes the template of its own file before the one in tokenizer_config.json, or the default of several', async () => {
    const templateOf = async (files: HubFiles) => (await open(files)).tokenizer.config.chat_template;
    const several = [
      { name: 'tools', template: 'b' },
      { name: 'default', template: 'a' },
    ];
    expect(await templateOf(config({ chat_template: several }))).toBe('a');
    expect(
      await templateOf({ ...config({ chat_template: several }), 'chat_template.jinja': encodeUtf8('c') }),
    ).toBe('c');
    expect(await templateOf(config({ chat_template: null }))).toBe(null);
  });

  it('knows the ends from all that name some', async () => {
    const files = withSides({
      'tokenizer_config.json': { eos_token: { content: '<|im_end|>' }, bos_token: null },
      'generation_config.json': { eos_token_id: [7, 2] },
    });
    const { tokenizer: read } = await open(files);
    expect(read).toMatchObject({ eosId: 2, bosId: null, endOfTurnIds: [2, 7, 0], addBos: false });
  });

  it('puts the beginning before a text where the post-processor does', async () => {
    const post_processor = {
      type: 'Sequence',
      processors: [
        { type: 'ByteLevel' },
        { type: 'TemplateProcessing', single: [{ SpecialToken: { id: '<|im_start|>' } }, { Sequence: {} }] },
      ],
    };
    expect(
      (await open(withSides({ 'tokenizer.json': { ...tokenizer, post_processor } }))).tokenizer.addBos,
    ).toBe(true);
    expect((await open(one)).tokenizer.addBos).toBe(false);
  });

  it.each<[string, HubFiles, string]>([
    ['an end that is no token', config({ eos_token: 'nope' }), 'eos_token "nope"'],
    ['an end that is no text', config({ eos_token: 5 }), 'eos_token'],
    ['no end', config({ eos_token: null }), 'says what ends a text'],
    [
      'ids beyond the vocabulary',
      withSides({ 'generation_config.json': { eos_token_id: 100_000 } }),
      '"eos_token_id" of generation_config.json',
    ],
    [
      'templates of which none is the default',
      config({ chat_template: [{ name: 'x', template: 'y' }] }),
      '"chat_template"',
    ],
    [
      'a tokenizer of another kind',
      withSides({ 'tokenizer.json': { ...tokenizer, model: { type: 'Unigram' } } }),
      'Unigram',
    ],
    [
      'broken JSON',
      withSides({ 'tokenizer_config.json': '{"eos_token":' }),
      'tokenizer_config.json does not parse',
    ],
    [
      'a tokenizer that is a pointer',
      withSides({ 'tokenizer.json': 'version https://git-lfs' }),
      'tokenizer.json',
    ],
  ])('with %s is refused', async (_, files, said) => {
    await expect(open(files)).rejects.toThrow(said);
    await expect(open(files)).rejects.toMatchObject({ code: 'ModelFormat' });
  });
});
