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
