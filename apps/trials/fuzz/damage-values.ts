// Ways to damage a stored record: one leaf of it, deep down, is another value, another type, shorter, or gone.
import type { Dice } from './dice.ts';

type Container = Record<string, unknown> | unknown[];

export interface DamagedValue {
  readonly what: string;
  readonly value: unknown;
}

/** A copy of the record with one leaf changed. */
export function damageValue(record: unknown, dice: Dice): DamagedValue {
  const value = structuredClone(record);
  const leaves = leavesOf(value, '');
  const { parent, key, path } = dice.pick(leaves);
  const children = parent as Record<string, unknown>;
  const choice = dice.below(8);
  if (choice === 0) {
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else Reflect.deleteProperty(children, key);
    return { what: `${path} taken out`, value };
  }
  const before = children[key];
  children[key] = choice === 1 ? garbage(dice) : changed(before, dice);
  return { what: `${path} changed`, value };
}

interface Leaf {
  readonly parent: Container;
  readonly key: string;
  readonly path: string;
}

function leavesOf(value: unknown, path: string): Leaf[] {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const inner = leavesOf(item, `${path}.${key}`);
    return inner.length > 0 ? inner : [{ parent: value as Container, key, path: `${path}.${key}` }];
  });
}

function changed(value: unknown, dice: Dice): unknown {
  if (ArrayBuffer.isView(value)) return changedArray(value as Int8Array<ArrayBuffer>, dice);
  if (typeof value === 'number') return flippedNumber(value, dice);
  if (typeof value === 'string') return changedText(value, dice);
  return garbage(dice);
}

/** A bit flipped, cut short, grown, or the bytes in another class. */
function changedArray(array: Int8Array<ArrayBuffer>, dice: Dice): unknown {
  const choice = dice.below(6);
  if (choice === 0) return array.slice(0, dice.below(array.length));
  if (choice === 1) return new Uint8Array(array.buffer.slice(0));
  if (choice === 2) return [...array];
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  const at = dice.below(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << dice.below(8));
  return array;
}

/** One of the 64 bits flipped. */
function flippedNumber(value: number, dice: Dice): number {
  const bits = new BigUint64Array(Float64Array.of(value).buffer);
  bits[0] = (bits[0] ?? 0n) ^ (1n << BigInt(dice.below(64)));
  return new Float64Array(bits.buffer)[0] ?? 0;
}

function changedText(text: string, dice: Dice): string {
  if (text === '') return 'x';
  const at = dice.below(text.length);
  const flipped = String.fromCharCode(text.charCodeAt(at) ^ (1 << dice.below(16)));
  return text.slice(0, at) + (dice.below(4) === 0 ? '' : flipped + text.slice(at + 1));
}

/** A value of no type that is stored there. */
export function garbage(dice: Dice): unknown {
  const deep: Record<string, unknown> = {};
  deep.self = deep;
  return dice.pick<() => unknown>([
    () => null,
    () => NaN,
    () => -1,
    () => 2 ** 60,
    () => '',
    () => 'x'.repeat(100_000),
    () => [],
    () => ({}),
    () => deep,
    () => new Uint8Array(1000),
    () => new Map([['id', 1]]),
    () => new Date(0),
    () => [[[[null]]]],
    () => Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, i])),
  ])();
}
