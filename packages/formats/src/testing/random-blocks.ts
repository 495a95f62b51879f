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

/** BF16 tensor data of some values: their upper halfwords. */
export function highHalves(values: Float32Array<ArrayBuffer>): Uint8Array {
  return new Uint8Array(Uint16Array.from(new Uint32Array(values.buffer), (bits) => bits >>> 16).buffer);
}

interface Blocks {
  readonly size: number;
  readonly bytes: number;
  /** Where random bytes would be no scale: halves at byte offsets, as parts of the spread. */
  readonly halves: readonly (readonly [at: number, part: number])[];
}

/** Scales s and m of six bits are 32 on average, q half its largest: minima take away what that comes to. */
const blocksOf: Readonly<Record<Exclude<GgmlTypeName, 'F32' | 'F16' | 'BF16' | 'MXFP4'>, Blocks>> = {
  Q4_0: { size: 32, bytes: 18, halves: [[0, 1 / 8]] },
  Q4_1: {
    size: 32,
    bytes: 20,
    halves: [
      [0, 2 / 15],
      [2, -1],
    ],
  },
  Q5_0: { size: 32, bytes: 22, halves: [[0, 1 / 16]] },
  Q5_1: {
    size: 32,
    bytes: 24,
    halves: [
      [0, 2 / 31],
      [2, -1],
    ],
  },
  Q8_0: { size: 32, bytes: 34, halves: [[0, 1 / 127]] },
  Q2_K: {
    size: 256,
    bytes: 84,
    halves: [
      [80, 2 / (15 * 3)],
      [82, 1 / 15],
    ],
  },
  Q3_K: { size: 256, bytes: 110, halves: [[108, 1 / (32 * 4)]] },
  Q4_K: {
    size: 256,
    bytes: 144,
    halves: [
      [0, 2 / (63 * 15)],
      [2, 1 / 63],
    ],
  },
  Q5_K: {
    size: 256,
    bytes: 176,
    halves: [
      [0, 2 / (63 * 31)],
      [2, 1 / 63],
    ],
  },
  Q6_K: { size: 256, bytes: 210, halves: [[208, 1 / (31 * 127)]] },
  IQ4_NL: { size: 32, bytes: 18, halves: [[0, 1 / 127]] },
  IQ4_XS: { size: 256, bytes: 136, halves: [[0, 1 / (32 * 127)]] },
  Q1_0: { size: 128, bytes: 18, halves: [[0, 1 / 2]] },
  Q2_0: { size: 64, bytes: 18, halves: [[0, 1 / 2]] },
};

/** Data of `count` values; a whole number of blocks. */
export function randomBlocks(type: GgmlTypeName, count: number, random: Random, spread: number): Uint8Array {
  const between = (): number => (2 * random.next() - 1) * spread;
  if (type === 'F32' || type === 'BF16') {
    const values = Float32Array.from({ length: count }, between);
    return type === 'F32' ? new Uint8Array(values.buffer) : highHalves(values);
  }
  if (type === 'F16') return halves(Float32Array.from({ length: count }, between));
  const {
    size,
    bytes,
    halves: scales,
  } = type === 'MXFP4' ? { size: 32, bytes: 17, halves: [] } : blocksOf[type];
  const data = Uint8Array.from({ length: (count / size) * bytes }, () => random.below(256));
  const view = new DataView(data.buffer);
  for (let at = 0; at < data.length; at += bytes) {
    for (const [offset, part] of scales) view.setUint16(at + offset, floatToHalf(part * spread), true);
    if (type === 'MXFP4') data[at] = 128 + Math.round(Math.log2(spread / 12)) - random.below(2);
  }
  return data;
}
