// A packed state whose fields do not agree: refused by what is wrong, before its checksum is looked at.
import { describe, expect, test } from 'vitest';
import { makeManifest, makeState } from '../testing/fixtures.ts';
import { packedOf, packedState, plainState, type PackedState } from './state.ts';

const manifest = makeManifest('moby', 1);
const state = makeState(1, 1);
const { checksum, bytes } = await packedState.stored(state);

const verify = (changes: Partial<PackedState>) =>
  packedState.verified(
    manifest,
    { ...packedOf(state), ...changes, checksum },
    { stateChecksum: checksum, stateBytes: bytes },
  );

/** Two layers, two KV heads of 4 and six slots: 24 rows. */
const cut = <A extends { slice(start: number): A }>(array: A) => array.slice(1);
const { keys, values, keyTails, valueTails, keyExponents, valueExponents, scores } = packedOf(state);

describe('a packed state', () => {
  test('is what was stored, at five eighths of its bytes', async () => {
    expect(await verify({})).toEqual(state);
    const plain = await plainState.stored(state);
    const rows = 4 * (state.keys.length + state.values.length);
    // Less twelve of 32 bits a value; an exponent a row, and the size of a head of each layer.
    expect(plain.bytes - bytes).toBe((12 / 32) * rows - 2 * 24 - 2 * 4);
  });

  test.each<[string, Partial<PackedState>, string]>([
    [
      'more layers than are read',
      { headDims: Uint32Array.of(4, 4, 4) },
      'heads of 4, 4, 4 are not those of up to 2',
    ],
    ['heads of nothing', { headDims: Uint32Array.of(8, 0) }, 'heads of 8, 0 are not those'],
    ['no layer', { headDims: new Uint32Array() }, '24 scores do not fit 0 slots'],
    ['other sizes of heads', { headDims: Uint32Array.of(4, 6) }, 'state.keys has 96 values instead of 120'],
    ['heads beyond all', { headDims: Uint32Array.of(4, 2 ** 32 - 2) }, 'state.keys has 96 values instead of'],
    ['fewer keys', { keys: cut(keys) }, 'state.keys has 95 values instead of 96'],
    ['fewer values', { values: cut(values) }, 'state.values has 95 values instead of 96'],
    ['fewer tails of keys', { keyTails: cut(keyTails) }, 'state.keyTails has 47 values instead of 48'],
    ['fewer tails of values', { valueTails: cut(valueTails) }, 'state.valueTails has 47 values'],
    ['odd heads', { headDims: Uint32Array.of(3, 5) }, 'heads of 3, 5 are not those'],
    [
      'fewer exponents of keys',
      { keyExponents: cut(keyExponents) },
      'state.keyExponents has 23 values instead of 24',
    ],
    [
      'fewer exponents of values',
      { valueExponents: cut(valueExponents) },
      'state.valueExponents has 23 values',
    ],
    ['fewer scores', { scores: cut(scores) }, '23 scores do not fit 12 slots'],
    ['no scores', { scores: new Float32Array() }, '0 scores do not fit 12 slots'],
    ['no slots', { numSlots: 0 }, '24 scores do not fit 0 slots'],
    ['an exponent of none', { keyExponents: keyExponents.map(() => 0) }, 'row 0 of its keys has exponent 0'],
    [
      'an exponent beyond all',
      { valueExponents: valueExponents.map(() => 255) },
      'row 0 of its values has exponent 255',
    ],
    [
      'zeros of another scale',
      { keyExponents: keyExponents.map((e, row) => (row === 0 ? 9 : e)) },
      'row 0 of its keys',
    ],
    [
      'nothing that it carries',
      { headDims: new Uint32Array(), scores: new Float32Array(), carried: new Float32Array() },
      'it carries nothing',
    ],
    ['another value', { values: values.map((quant) => -quant) }, 'its checksum does not match'],
    ['other sizes that fit', { headDims: Uint32Array.of(2, 6) }, 'row '],
  ])('with %s is refused', async (_, changes, said) => {
    await expect(verify(changes)).rejects.toThrow(said);
  });

  test('is not made of one that was not rounded, or that does not say its sizes', () => {
    const off = { ...state, values: state.values.map((value) => value * 1.1) };
    expect(() => packedOf(off)).toThrow('was not rounded with its row');
    expect(() => packedOf({ ...state, headDims: undefined })).toThrow('without the sizes of its heads');
  });

  test('may have no entries: of a model whose layers all carry, and of none', async () => {
    const none = {
      ...state,
      numSlots: 0,
      headDims: [],
      keys: new Float32Array(),
      values: new Float32Array(),
      scores: new Float32Array(),
    };
    for (const one of [none, { ...none, carried: Float32Array.of(1) }]) {
      const stored = await packedState.stored(one);
      const expected = { stateChecksum: stored.checksum, stateBytes: stored.bytes };
      expect(await packedState.verified(manifest, stored.record, expected)).toEqual(one);
    }
  });
});
