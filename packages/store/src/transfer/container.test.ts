// A state section with and without what convolutions carry.
import { expect, test } from 'vitest';
import { verifiedState, storableState, stateBytes, stateChecksum } from '../schema/state.ts';
import { makeManifest, makeState } from '../testing/fixtures.ts';
import { decodeState, encodeState, sectionHeaderBytes } from './container.ts';

const plain = makeState(3, 2);
const hybrid = { ...plain, carried: Float32Array.of(1, -2.5, 0, 3) };

async function sectionOf(state: typeof plain): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await new Blob([...encodeState(state)]).arrayBuffer();
  return new Uint8Array(bytes).slice(sectionHeaderBytes);
}

test.each([plain, hybrid])('comes back as it was', async (state) => {
  expect(decodeState(await sectionOf(state), 2)).toEqual(state);
});

test('cut, or with odd bytes behind it, is refused', async () => {
  const bytes = await sectionOf(hybrid);
  expect(() => decodeState(bytes.slice(0, -1), 2)).toThrow('its counts make');
  expect(() => decodeState(bytes.slice(0, -20), 2)).toThrow('its counts make');
});

test('is damaged where what is carried is another, is missing, or is there unasked', async () => {
  const expected = { stateChecksum: await stateChecksum(hybrid), stateBytes: stateBytes(hybrid) };
  const manifest = makeManifest('moby', 2);
  const verify = (state: typeof plain) =>
    verifiedState(manifest, storableState(state, expected.stateChecksum), expected);
  await expect(verify(hybrid)).resolves.toMatchObject(hybrid);
  await expect(verify({ ...hybrid, carried: Float32Array.of(1, -2.5, 0, 4) })).rejects.toThrow('checksum');
  await expect(verify(plain)).rejects.toThrow('checksum');
  expect(await stateChecksum(plain)).not.toBe(expected.stateChecksum);
});
