// Ways to damage a file that know nothing of its format.
import type { Dice } from './dice.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export interface DamagedBytes {
  readonly what: string;
  readonly bytes: Bytes;
}

const extremes = [
  0n,
  1n,
  31n,
  2n ** 16n,
  2n ** 20n,
  2n ** 31n - 1n,
  2n ** 32n - 1n,
  2n ** 40n,
  2n ** 63n,
  2n ** 64n - 1n,
];

/** Flips one to four bits between two offsets. */
export function flipBits(original: Bytes, dice: Dice, start = 0, end = original.length): DamagedBytes {
  const bytes = original.slice();
  const places = Array.from({ length: 1 + dice.below(4) }, () => start + dice.below(end - start));
  for (const at of places) bytes[at] = (bytes[at] ?? 0) ^ (1 << dice.below(8));
  return { what: `bits flipped at ${places.join(', ')}`, bytes };
}

/** Cuts the file anywhere. */
export function truncate(original: Bytes, dice: Dice): DamagedBytes {
  const length = dice.below(original.length);
  return { what: `cut at ${length}`, bytes: original.slice(0, length) };
}

/** Writes an extreme number, or the number there and a little, over `width` bytes at an offset. */
export function lieAt(original: Bytes, dice: Dice, offset: number, width: 4 | 8): DamagedBytes {
  const bytes = original.slice();
  const view = new DataView(bytes.buffer);
  const now = width === 4 ? BigInt(view.getUint32(offset, true)) : view.getBigUint64(offset, true);
  const near = [now + 1n, now - 1n, now * 2n, now + 32n, now / 2n];
  const value = BigInt.asUintN(8 * width, dice.pick([...near, ...extremes]));
  if (width === 4) view.setUint32(offset, Number(value), true);
  else view.setBigUint64(offset, value, true);
  return { what: `${now} at ${offset} says ${value}`, bytes };
}

/** Puts bytes in or takes them out. */
export function shift(original: Bytes, dice: Dice): DamagedBytes {
  const at = dice.below(original.length);
  const by = dice.below(81) - 40 || 1;
  const tail = original.slice(at + Math.max(0, -by));
  const bytes = new Uint8Array(at + Math.max(0, by) + tail.length);
  bytes.set(original.slice(0, at));
  bytes.set(tail, at + Math.max(0, by));
  return { what: `${by} bytes put in at ${at}`, bytes };
}

/** Swaps two blocks of equal size. */
export function swapBlocks(original: Bytes, dice: Dice): DamagedBytes {
  const size = 1 + dice.below(Math.min(4096, original.length >> 2));
  const first = dice.below(original.length - 2 * size);
  const second = first + size + dice.below(original.length - first - 2 * size + 1);
  const bytes = original.slice();
  bytes.copyWithin(first, second, second + size);
  bytes.set(original.subarray(first, first + size), second);
  return { what: `${size} bytes at ${first} and ${second} swapped`, bytes };
}

/** Noise of any length up to the original's, with its first bytes or without. */
export function noise(original: Bytes, dice: Dice): DamagedBytes {
  const kept = dice.pick([0, 8, 24, 100]);
  const bytes = original.slice(0, kept + dice.below(original.length - kept));
  for (let i = kept; i < bytes.length; i++) bytes[i] = dice.below(256);
  return { what: `${bytes.length} bytes, noise from ${kept} on`, bytes };
}
