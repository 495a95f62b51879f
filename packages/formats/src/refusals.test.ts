// What the refusals say: whoever holds a file that does not run must learn what it is and what to take instead.
import { describe, expect, it } from 'vitest';
import { checkChat } from './chat-template.ts';
import { openGguf } from './gguf.ts';
import { checkModelHead } from './model-head.ts';
import { bytesSource } from './testing/bytes-source.ts';
import { tinyLlama, tinyLlamaSource } from './testing/tiny-llama.ts';
import { writeGguf, type GgufSource, type MetadataValue } from './testing/write-gguf.ts';
import { createTokenizer } from './tokenizer.ts';

const open = (bytes: Uint8Array) => openGguf(bytesSource(bytes));
const openSource = (source: GgufSource) => open(writeGguf(source));
const tiny = tinyLlamaSource(1, { numLayers: 2 });
const withKey = (key: string, value: MetadataValue | undefined) =>
  open(tinyLlama(1, { numLayers: 2, metadata: { [key]: value } }));
const withType = (typeNumber: number): GgufSource => ({
  ...tiny,
  tensors: tiny.tensors.map((tensor) =>
    tensor.name === 'blk.1.attn_k.weight' ? { ...tensor, typeNumber } : tensor,
  ),
});

describe('openGguf says what to fetch instead', () => {
  it('of a file that is the only part nothing', async () => {
    const metadata = { 'split.no': 0, 'split.count': 1 };
    await expect(open(tinyLlama(1, { metadata }))).resolves.toBeDefined();
  });

  it.each([
    [9, 'Q8_1'],
    [16, 'IQ2_XXS'],
    [21, 'IQ3_S'],
    [34, 'TQ1_0'],
    [40, 'NVFP4'],
    [5, 'number 5'],
    [43, 'number 43'],
  ])('of a tensor of type %i', async (typeNumber, type) => {
    const opened = openSource(withType(typeNumber));
    await expect(opened).rejects.toThrow(
      `Tensor "blk.1.attn_k.weight" has the unsupported type ${type}: F32, F16, BF16, Q8_0, Q5_1, Q5_0, Q4_1, Q4_0, Q6_K, Q5_K, Q4_K, Q3_K, Q2_K, ` +
        'IQ4_NL, IQ4_XS, MXFP4, Q2_0 and Q1_0 can be read. Choose the file of this model whose name says Q4_K_M or Q8_0.',
    );
    await expect(opened).rejects.toMatchObject({ details: { type } });
  });

  it.each([
    [
      'general.architecture',
      'gemma3n',
      'known: llama, mistral3, smollm3, phi3, granite, qwen2, qwen3, olmo2, gemma3, gemma4, lfm2, qwen35',
    ],
    ['general.architecture', 'clip', 'SmolLM2'],
    ['general.type', 'adapter', 'Choose the file of a whole model'],
    ['tokenizer.ggml.model', 'bert', 'known: "gpt2"'],
    ['tokenizer.ggml.model', 'llama', 'tokenizer.ggml.scores'],
    ['tokenizer.ggml.pre', 'gemma4', 'SmolLM2'],
    ['llama.rope.scaling.type', 'longrope', 'SmolLM2'],
    ['llama.expert_count', 8, 'SmolLM2'],
  ])('of %s = %j', async (key, value, said) => {
    await expect(withKey(key, value)).rejects.toThrow(said);
  });

  it('of a file without weights', async () => {
    await expect(openSource({ ...tiny, tensors: [] })).rejects.toThrow('holds no tensors');
  });
});

describe('a file that is no GGUF file', () => {
  const text = (content: string) => new TextEncoder().encode(content);

  it.each<[string, Uint8Array, string]>([
    ['nothing', text(''), 'it is empty'],
    [
      'a login page',
      text('<!DOCTYPE html>\n<html><head><title>Sign in\nto the network</title>'),
      'a web page titled "Sign in to the network"',
    ],
    ['a page without a title', text('\ufeff  <HTML><body>Moved'), 'a web page without a title'],
    ['a comment before a page', text('<!-- x --><html lang="en">'), 'a web page'],
    ['JSON', text('{"error":"Repository not found"}'), 'JSON: "{"error":"Repository not found"}"'],
    ['XML', text('<?xml version="1.0"?><Error><Code>AccessDenied'), 'XML: "<?xml'],
    ['a pointer', text('version https://git-lfs.github.com/spec/v1\noid sha256:0'), 'a Git-LFS pointer'],
    ['text', text('Not found'), 'text: "Not found"'],
    ['safetensors', Uint8Array.of(0x40, 1, 0, 0, 0, 0, 0, 0, 0x7b, 0x22), 'safetensors'],
    ['PyTorch', text('PK\x03\x04rest'), 'ZIP'],
    ['gzip', Uint8Array.of(0x1f, 0x8b, 8, 0), 'gzip'],
    ['the format before', text('tjgg\x03'), 'before GGUF'],
    ['the start of the magic', text('GGU'), 'text: "GGU"'],
    ['other bytes', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0), '7f 45 4c 46 02 01 01 00'],
  ])('(%s) is named', async (_, bytes, said) => {
    expect(() => checkModelHead(bytes)).toThrow(`Not a GGUF file: `);
    expect(() => checkModelHead(bytes)).toThrow(said);
    await expect(open(bytes)).rejects.toThrow(said);
  });

  it('is told from one that is', () => {
    expect(() => checkModelHead(tinyLlama(1).subarray(0, 4))).not.toThrow();
  });
});

describe('a chat template', () => {
  const check = async (template: string) =>
    checkChat(
      createTokenizer(
        (await open(tinyLlama(1, { metadata: { 'tokenizer.chat_template': template } }))).tokenizer,
      ),
    );

  it.each([
    [
      'wants a system message',
      "{% if messages[0]['role'] != 'system' %}{{ raise_exception('no system') }}{% endif %}",
      'no system',
    ],
    ['loses the message', '{{ bos_token }}hello', '0 times'],
    ['gives it twice', "{% for m in messages %}{{ m['content'] + m['content'] }}{% endfor %}", '2 times'],
  ])('that %s is refused', async (_, template, said) => {
    await expect(check(template)).rejects.toMatchObject({ code: 'ModelFormat' });
    await expect(check(template)).rejects.toThrow(said);
  });

  it('that renders one message of the user is taken', async () => {
    await expect(
      check("{% for m in messages %}{{ m['content'] | trim }}{% endfor %}"),
    ).resolves.toBeUndefined();
  });
});
