// What transformers and tokenizers saved (e2e/golden/hub_files.py): the files are a model, which tokenizes as the library does.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import golden from '../../../../e2e/golden/hub/hub.json' with { type: 'json' };
import { checkChat } from '../chat-template.ts';
import { bytesSource } from '../testing/bytes-source.ts';
import { createTokenizer } from '../tokenizer.ts';
import type { NamedSource } from './json-file.ts';
import { openSafetensors, orderSafetensors } from './open.ts';

const folder = new URL('../../../../e2e/golden/hub/', import.meta.url);
const savedFiles = (name: string): readonly NamedSource[] =>
  readdirSync(new URL(name, folder)).map((file) => ({
    name: file,
    source: bytesSource(new Uint8Array(readFileSync(new URL(`${name}/${file}`, folder)))),
  }));

describe.each(golden)(
  '$name, as transformers saved it',
  ({ name, files, texts, question, chat, chatIds }) => {
    it('has all its files in the fixture, and in their order', async () => {
      const saved = savedFiles(name);
      expect(saved.map((file) => file.name).sort()).toEqual(files);
      const order = await orderSafetensors(saved);
      expect(order.slice(0, 2)).toEqual(['config.json', 'tokenizer.json']);
      expect([...order, 'model.safetensors.index.json']).toEqual(expect.arrayContaining(files));
    });

    it('tokenizes as the library does', async () => {
      const { tokenizer: definition } = await openSafetensors(savedFiles(name));
      const tokenizer = createTokenizer(definition);
      checkChat(tokenizer);
      for (const { text, ids } of texts) expect(tokenizer.encodeText(text)).toEqual(ids);
      const rendered = tokenizer.renderChat([{ role: 'user', content: question }]);
      expect(rendered).toBe(chat);
      expect(tokenizer.encodeTemplate(rendered)).toEqual(chatIds);
      expect(tokenizer.endOfTurnIds).toEqual(expect.arrayContaining([2, 0]));
    });
  },
);

it.each<[string, object, string]>([
  [
    'phi3',
    { num_key_value_heads: 4 },
    'qkv_proj.weight" has the shape [256, 128], the configuration asks for [384, 128]',
  ],
  [
    'phi3',
    { intermediate_size: 32 },
    'gate_up_proj.weight" has the shape [128, 128], the configuration asks for [64, 128]',
  ],
  [
    'lfm2',
    { conv_L_cache: 4 },
    'conv.conv.weight" has the shape [48, 1, 3], the configuration asks for [48, 1, 4]',
  ],
  [
    'lfm2',
    { block_multiple_of: 48 },
    'feed_forward.w1.weight" has the shape [64, 48], the configuration asks for [96, 48]',
  ],
  ['lfm2', { layer_types: Array(5).fill('conv') }, 'layers.1.conv.in_proj.weight" is missing'],
  [
    'olmo2',
    { num_attention_heads: 2 },
    'q_proj.weight" has the shape [64, 64], the configuration asks for [32, 64]',
  ],
  ['granite', { num_hidden_layers: 1 }, 'model.layers.1.'],
])('%s with %j is refused by the name of the tensor', async (name, change, said) => {
  const files = savedFiles(name).map((file) => {
    if (file.name !== 'config.json') return file;
    const text = readFileSync(new URL(`${name}/config.json`, folder), 'utf8');
    const config = { ...(JSON.parse(text) as object), ...change };
    return { ...file, source: bytesSource(new TextEncoder().encode(JSON.stringify(config))) };
  });
  await expect(openSafetensors(files)).rejects.toThrow(said);
});
