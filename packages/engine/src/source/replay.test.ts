// A source read twice gives the same twice, whatever it is; a stream is asked only once.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOf, prose, readWhole, streamOf } from '../testing/sources.ts';
import { replayable } from './replay.ts';

/** What both readings give. */
async function twice(...[source]: Parameters<typeof replayable>) {
  const replay = replayable(source);
  const first = await readWhole(replay.source);
  return [first, await readWhole(replay.again()), await readWhole(replay.again())] as const;
}

describe('again', () => {
  test.each(['', 'a', prose, '\ufeffa\ud800', '三国演义'.repeat(5000)])('a string %#', async (text) => {
    const [first, second, third] = await twice(text);
    expect(first.text).toBe(text);
    expect([second, third]).toEqual([first, first]);
  });

  test('a long stream of bytes, in parts', async () => {
    const bytes = bytesOf('Zoë sagt: 三. '.repeat(200_000));
    const { stream } = streamOf(bytes, 70_001);
    const [first, second, third] = await twice(stream);
    expect(first.text).toHaveLength(2_600_000);
    expect(second).toEqual(first);
    expect(third).toEqual(first);
  });

  test('a buffer that its giver uses again was copied', async () => {
    const buffer = new Uint8Array(8);
    const reused = async function* () {
      for (const letter of 'abc') yield Promise.resolve(buffer.fill(letter.charCodeAt(0)));
    };
    const [first, second] = await twice(reused() as never);
    expect(first.text).toBe('aaaaaaaabbbbbbbbcccccccc');
    expect(second.text).toBe(first.text);
  });

  test('any pieces of text, lone surrogates among them', async () => {
    const unit = fc.constantFrom('a', '\ud83c', '\udf0a', 'é', '三', '\ufeff', ' ');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(unit).map((units) => units.join(''))), async (pieces) => {
        const given = async function* () {
          for (const piece of pieces) yield Promise.resolve(piece);
        };
        const [first, second] = await twice(given());
        expect(first.text).toBe(pieces.join(''));
        expect(second).toEqual(first);
      }),
    );
  });

  test('a source that fails half-way fails, and one that is none is refused', async () => {
    const failing = async function* () {
      yield Promise.resolve('text');
      throw new Error('the cable was cut');
    };
    await expect(twice(failing())).rejects.toThrow('the cable was cut');
    await expect(twice(7 as never)).rejects.toMatchObject({ code: 'InvalidInput' });
  });
});
