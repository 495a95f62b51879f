// Seeded random tensor data in ggml's block formats, for tests: values are about uniform in [-spread, spread].
import type { Random } from '@longread/core';
import type { GgmlTypeName } from './write-gguf.ts';

/** Half-precision bits nearest to a finite value of at most 65,504. */
export function floatToHalf(value: number): number {
  const magnitude = Math.abs(value);
  const exponent = magnitude === 0 ? -14 : Math.max(-14, Math.floor(Math.log2(magnitude)));
  const mantissa = Math.round(magnitude / 2 ** (exponent - 10));
  return (value < 0 ? 0x8000 : 0) | (((exponent + 15) << 10) + mantissa - 1024);
}

/** F16 tensor data of some values. */
export function halves(values: Float32Array): Uint8Array {
  return new Uint8Array(Uint16Array.from(values, floatToHalf).buffer);
}

const geometry: Readonly<Record<GgmlTypeName, readonly [blockSize: number, blockBytes: number]>> = {
  F32: [1, 4],
  F16: [1, 2],
  Q4_0: [32, 18],
  Q4_1: [32, 20],
  Q5_0: [32, 22],
  Q8_0: [32, 34],
  Q6_K: [256, 210],
};

/** Data of `count` values; a whole number of blocks. */
export function randomBlocks(type: GgmlTypeName, count: number, random: Random, spread: number): Uint8Array {
  const [blockSize, blockBytes] = geometry[type];
  const bytes = new Uint8Array((count / blockSize) * blockBytes);
  const view = new DataView(bytes.buffer);
  const between = (): number => (2 * random.next() - 1) * spread;
  const half = (at: number, value: number): void => view.setUint16(at, floatToHalf(value), true);
  for (let at = 0; at < bytes.length; at += blockBytes) {
    if (type === 'F32') view.setFloat32(at, between(), true);
    else if (type === 'F16') half(at, between());
    else {
      for (let i = 0; i < blockBytes; i++) bytes[at + i] = random.below(256);
      if (type === 'Q8_0') half(at, spread / 127);
      else if (type === 'Q6_K') half(at + 208, spread / (31 * 127));
      else half(at, type === 'Q4_1' ? (2 * spread) / 15 : spread / 8);
      if (type === 'Q4_1') half(at + 2, -spread);
    }
  }
  return bytes;
}
