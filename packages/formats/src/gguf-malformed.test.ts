// Damaged files: every one is refused with a ModelFormatError or opens; nothing hangs, crashes or reads outside the file.
import fc from 'fast-check';
import { ModelFormatError } from '@longread/core';
import { describe, expect, it, vi } from 'vitest';
import { openGguf } from './gguf.ts';
import { bytesSource } from './testing/bytes-source.ts';
import { tinyLlama } from './testing/tiny-llama.ts';

vi.setConfig({ testTimeout: 60_000 });

const bytes = tinyLlama(3, { numLayers: 1, weightType: 'Q4_1', embeddingType: 'Q8_0' });
const headerEnd = 9000;

async function outcome(file: Uint8Array): Promise<'opens' | 'refused'> {
  try {
    const model = await openGguf(bytesSource(file));
    for (const tensor of model.tensors)
      for await (const rows of model.readRows(tensor, 1 << 16)) expect(rows.numRows).toBeGreaterThan(0);
    return 'opens';
  } catch (error) {
    if (!(error instanceof ModelFormatError)) throw error;
    expect(error.message.length).toBeLessThan(700);
    return 'refused';
  }
}

function patch(at: number, values: readonly number[]): Uint8Array {
  const file = bytes.slice();
  file.set(values, at);
  return file;
}

/** Byte offset just behind the key's name. */
function afterKey(key: string): number {
  const at = Buffer.from(bytes).indexOf(key, 0, 'latin1');
  if (at < 0) throw new Error(`no key ${key}`);
  return at + key.length;
}

const u64 = (value: bigint): number[] => [...new Uint8Array(BigUint64Array.of(value).buffer)];

describe('a damaged GGUF file', () => {
  it('is not damaged to begin with', async () => {
    expect(await outcome(bytes)).toBe('opens');
  });

  it('is refused wherever it is cut', async () => {
    const cuts = [
      0,
      1,
      3,
      4,
      8,
      23,
      24,
      25,
      ...Array.from({ length: 60 }, (_, i) => 24 + i * 151),
      headerEnd,
    ];
    for (let cut = 12_000; cut < bytes.length; cut += 9973) cuts.push(cut);
    for (const cut of [...cuts, bytes.length - 64])
      expect([cut, await outcome(bytes.slice(0, cut))]).toEqual([cut, 'refused']);
  });

  it.each<[string, Uint8Array]>([
    ['another magic number', patch(0, [0x58])],
    ['version 1', patch(4, [1])],
    ['version 4', patch(4, [4])],
    ['big-endian', patch(4, [0, 0, 0, 3])],
    ['fewer tensors', patch(8, u64(5n))],
    ['more tensors', patch(8, u64(100n))],
    ['a million tensors', patch(8, u64(1_000_000n))],
    ['2^64 - 1 tensors', patch(8, u64(2n ** 64n - 1n))],
    ['fewer keys', patch(16, u64(3n))],
    ['more keys', patch(16, u64(99_999n))],
    ['2^63 keys', patch(16, u64(2n ** 63n))],
    ['a key length past the end', patch(24, u64(9_000_000n))],
    ['a key length of 2^63', patch(24, u64(2n ** 63n))],
    ['a string length past the end', patch(afterKey('general.name') + 4, u64(5_000_000n))],
    ['a string length one too small', patch(afterKey('general.name') + 4, u64(3n))],
    ['an array length of a million', patch(afterKey('tokenizer.ggml.tokens') + 8, u64(1_000_000n))],
    ['an array length of 2^62', patch(afterKey('tokenizer.ggml.tokens') + 8, u64(2n ** 62n))],
    ['an array of arrays', patch(afterKey('tokenizer.ggml.tokens') + 4, [9])],
    ['an unknown value type', patch(afterKey('general.name'), [77])],
    ['text that is not UTF-8', patch(afterKey('general.name') + 12, [0xff])],
    ['a character in a longer form than it needs', patch(afterKey('general.name') + 12, [0xc1, 0x81])],
    ['half a surrogate pair', patch(afterKey('general.name') + 12, [0xed, 0xa0, 0x80])],
    ['a character cut at the end', patch(afterKey('general.name') + 13, [0xf0, 0x9f, 0x98])],
    ['a boolean of 2', patch(afterKey('tokenizer.ggml.add_bos_token') + 4, [2])],
    ['a key that is there twice', patch(afterKey('tokenizer.ggml.eos_token_id') - 12, [0x62])],
    ['nine dimensions', patch(afterKey('token_embd.weight'), [9])],
    ['no dimensions', patch(afterKey('token_embd.weight'), [0])],
    ['a dimension of 2^63', patch(afterKey('token_embd.weight') + 4, u64(2n ** 63n))],
    ['a dimension of 2^32', patch(afterKey('token_embd.weight') + 4, u64(2n ** 32n))],
    ['an offset of 2^64 - 32', patch(afterKey('token_embd.weight') + 24, u64(2n ** 64n - 32n))],
  ])('with %s is refused', async (_, file) => {
    expect(await outcome(file)).toBe('refused');
  });

  it('with flipped bits is refused or opens', async () => {
    const at = fc.oneof(
      { weight: 5, arbitrary: fc.nat(headerEnd) },
      { weight: 1, arbitrary: fc.nat(bytes.length - 1) },
    );
    const flips = fc.array(fc.tuple(at, fc.nat(7)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(flips, async (places) => {
        const file = bytes.slice();
        for (const [offset, bit] of places) file[offset] = (file[offset] ?? 0) ^ (1 << bit);
        await outcome(file);
      }),
      { numRuns: 300, seed: 20_261_124 },
    );
  });

  it('with numbers overwritten is refused or opens', async () => {
    const extreme = fc.constantFrom(
      0n,
      1n,
      31n,
      2n ** 20n,
      2n ** 31n,
      2n ** 32n - 1n,
      2n ** 40n,
      2n ** 63n,
      2n ** 64n - 1n,
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(headerEnd), extreme, fc.constantFrom(4, 8), async (offset, value, width) => {
        await outcome(patch(offset, u64(value).slice(0, width)));
      }),
      { numRuns: 150, seed: 20_261_124 },
    );
  });

  it('with bytes put in or taken out is refused or opens', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(headerEnd), fc.integer({ min: -40, max: 40 }), async (offset, by) => {
        const tail = bytes.slice(offset + Math.max(0, -by));
        const file = new Uint8Array(offset + Math.max(0, by) + tail.length);
        file.set(bytes.slice(0, offset));
        file.set(tail, offset + Math.max(0, by));
        await outcome(file);
      }),
      { numRuns: 60, seed: 20_261_124 },
    );
  });
});
