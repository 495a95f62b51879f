// A state section of each form, with and without what convolutions carry.
import { describe, expect, test } from 'vitest';
import { layoutOf } from '../schema/layouts.ts';
import { makeManifest, makeState } from '../testing/fixtures.ts';
import { sectionHeaderBytes } from './container.ts';
import { decodeState, encodeState } from './state-section.ts';

describe.each([4, 5])('of version %i', (formatVersion) => {
  const plain = makeState(3, 2, formatVersion);
  const hybrid = { ...plain, carried: Float32Array.of(1, -2.5, 0, 3) };
  const manifest = makeManifest('moby', 2, { formatVersion });
  const kind = layoutOf(manifest).state;

  async function sectionOf(state: typeof plain): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await new Blob([...encodeState(formatVersion, state)]).arrayBuffer();
    return new Uint8Array(bytes).slice(sectionHeaderBytes);
  }
  const decode = (bytes: Uint8Array<ArrayBuffer>) => decodeState(formatVersion, bytes, 2);

  test.each([plain, hybrid])('is the record that was stored', async (state) => {
    const { record, checksum } = await kind.stored(state);
    expect({ ...decode(await sectionOf(state)), checksum }).toEqual(record);
  });

  test('cut, or with odd bytes behind it, is refused', async () => {
    const bytes = await sectionOf(hybrid);
    expect(() => decode(bytes.slice(0, -1))).toThrow('its counts make');
    expect(() => decode(bytes.slice(0, -20))).toThrow('its counts make');
    expect(() => decode(bytes.slice(0, 15))).toThrow('fewer than its counts');
  });

  test('is damaged where what is carried is another, is missing, or is there unasked', async () => {
    const { checksum, bytes } = await kind.stored(hybrid);
    const expected = { stateChecksum: checksum, stateBytes: bytes };
    const verify = async (state: typeof plain) =>
      kind.verified(manifest, { ...(await kind.stored(state)).record, checksum }, expected);
    await expect(verify(hybrid)).resolves.toEqual(hybrid);
    await expect(verify({ ...hybrid, carried: Float32Array.of(1, -2.5, 0, 4) })).rejects.toThrow('checksum');
    await expect(verify(plain)).rejects.toThrow('checksum');
    expect((await kind.stored(plain)).checksum).not.toBe(checksum);
  });
});
