// Dequantisation straight from ggml's block definitions (ggml-common.h, ggml-quants.c), byte by byte: what repacking is
// tested against. Shares no code with it, and is itself held against the Python package gguf (e2e/golden/tensor-types.json).

/** `scaled` is what becomes of a product of scales and of a minimum, and of a bfloat16: with nothing done to them the rest cancels. */
type Reference = (view: DataView, block: number, index: number, scaled: Scaled) => number;
type Scaled = (value: number) => number;

/** The nearest half-precision value, ties to even, of one that is in range. */
export function roundToHalf(value: number): number {
  const step = 2 ** (Math.max(-14, Math.floor(Math.log2(Math.abs(value)))) - 10);
  const steps = value / step;
  return step * (Math.abs(steps % 1) === 0.5 ? 2 * Math.round(steps / 2) : Math.round(steps));
}

/** IEEE 754 half precision, by its definition. */
function half(view: DataView, at: number): number {
  const bits = view.getUint16(at, true);
  const exponent = (bits >>> 10) & 31;
  const fraction = (bits & 1023) / 1024;
  const magnitude = exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15);
  return bits >>> 15 === 1 ? -magnitude : magnitude;
}

function nibble(view: DataView, at: number, index: number): number {
  const byte = view.getUint8(at + (index % 16));
  return index < 16 ? byte & 15 : byte >> 4;
}

function q6k(view: DataView, at: number, index: number): number {
  const part = Math.floor(index / 128);
  const quarter = Math.floor((index % 128) / 32);
  const l = index % 32;
  const ql = view.getUint8(at + 64 * part + l + (quarter % 2) * 32);
  const low = quarter < 2 ? ql & 15 : ql >> 4;
  const high = (view.getUint8(at + 128 + 32 * part + l) >> (2 * quarter)) & 3;
  const scale = view.getInt8(at + 192 + 8 * part + Math.floor(l / 16) + 2 * quarter);
  return half(view, at + 208) * scale * (low + 16 * high - 32);
}

/** Value `index` of a 32-value block with fifth bits at `high` and nibbles behind them. */
function five(view: DataView, high: number, index: number): number {
  const fifth = (view.getUint8(high + Math.floor(index / 8)) >> (index % 8)) & 1;
  return nibble(view, high + 4, index) + 16 * fifth;
}

/** Scale and minimum of six bits, of group `g` in the twelve bytes at `at`. */
function sixBits(view: DataView, at: number, g: number): readonly [scale: number, minimum: number] {
  const byte = (i: number): number => view.getUint8(at + i);
  if (g < 4) return [byte(g) % 64, byte(g + 4) % 64];
  return [
    (byte(g + 4) % 16) + 16 * Math.floor(byte(g - 4) / 64),
    Math.floor(byte(g + 4) / 16) + 16 * Math.floor(byte(g) / 64),
  ];
}

function q45k(view: DataView, at: number, index: number, scaled: Scaled, hasFifth: boolean): number {
  const g = Math.floor(index / 32);
  const l = index % 32;
  const byte = view.getUint8(at + (hasFifth ? 48 : 16) + 32 * Math.floor(g / 2) + l);
  const fifth = hasFifth ? (view.getUint8(at + 16 + l) >> g) & 1 : 0;
  const q = (g % 2 === 0 ? byte % 16 : Math.floor(byte / 16)) + 16 * fifth;
  const [scale, minimum] = sixBits(view, at + 4, g);
  const exact = half(view, at) * scale;
  const taken = half(view, at + 2) * minimum;
  if (hasFifth) return scaled(exact) * (q - 16) + scaled(16 * exact - taken);
  return scaled(exact) * q + scaled(7.5 * (exact - scaled(exact)) - taken);
}

/** Two bits of value `index` of 256, in 64 bytes at `at`. */
function twoBits(view: DataView, at: number, index: number): number {
  const byte = view.getUint8(at + 32 * Math.floor(index / 128) + (index % 32));
  return Math.floor(byte / 4 ** (Math.floor(index / 32) % 4)) % 4;
}

function q2k(view: DataView, at: number, index: number, scaled: Scaled): number {
  const byte = view.getUint8(at + Math.floor(index / 16));
  const exact = half(view, at + 80) * (byte % 16);
  const taken = half(view, at + 82) * Math.floor(byte / 16);
  return scaled(exact) * twoBits(view, at + 16, index) + scaled(1.5 * (exact - scaled(exact)) - taken);
}

function q3k(view: DataView, at: number, index: number, scaled: Scaled): number {
  const g = Math.floor(index / 16);
  const low = view.getUint8(at + 96 + (g % 8));
  const high = view.getUint8(at + 104 + (g % 4)) >> (2 * Math.floor(g / 4));
  const scale = (g < 8 ? low % 16 : Math.floor(low / 16)) + 16 * (high % 4) - 32;
  const isAbove = (view.getUint8(at + (index % 32)) >> Math.floor(index / 32)) % 2 === 1;
  return scaled(half(view, at + 108) * scale) * (twoBits(view, at + 32, index) - (isAbove ? 0 : 4));
}

const nonLinear = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];

function iq4xs(view: DataView, at: number, index: number): number {
  const g = Math.floor(index / 32);
  const lows = view.getUint8(at + 4 + Math.floor(g / 2));
  const highs = view.getUint16(at + 2, true);
  const scale = (g % 2 === 0 ? lows % 16 : Math.floor(lows / 16)) + 16 * ((highs >> (2 * g)) % 4) - 32;
  return half(view, at) * scale * (nonLinear[nibble(view, at + 8 + 16 * g, index % 32)] ?? NaN);
}

function e2m1(code: number): number {
  const magnitude = [0, 0.5, 1, 1.5, 2, 3, 4, 6][code % 8] ?? NaN;
  return code >= 8 ? -magnitude : magnitude;
}

/** By type: values a block, bytes a block, and value `index` of the block at a byte offset. */
const ggmlReference: Readonly<Record<string, { size: number; bytes: number; value: Reference }>> = {
  F32: { size: 1, bytes: 4, value: (view, at) => view.getFloat32(at, true) },
  F16: { size: 1, bytes: 2, value: half },
  BF16: {
    size: 1,
    bytes: 2,
    value: (view, at, _, scaled) => {
      const bytes = Uint8Array.of(view.getUint8(at + 1), view.getUint8(at), 0, 0);
      return scaled(new DataView(bytes.buffer).getFloat32(0));
    },
  },
  Q8_0: { size: 32, bytes: 34, value: (view, at, i) => half(view, at) * view.getInt8(at + 2 + i) },
  Q5_0: { size: 32, bytes: 22, value: (view, at, i) => half(view, at) * (five(view, at + 2, i) - 16) },
  Q5_1: {
    size: 32,
    bytes: 24,
    value: (view, at, i) => half(view, at) * five(view, at + 4, i) + half(view, at + 2),
  },
  Q4_0: { size: 32, bytes: 18, value: (view, at, i) => half(view, at) * (nibble(view, at + 2, i) - 8) },
  Q4_1: {
    size: 32,
    bytes: 20,
    value: (view, at, i) => half(view, at) * nibble(view, at + 4, i) + half(view, at + 2),
  },
  Q6_K: { size: 256, bytes: 210, value: q6k },
  Q5_K: { size: 256, bytes: 176, value: (view, at, i, scaled) => q45k(view, at, i, scaled, true) },
  Q4_K: { size: 256, bytes: 144, value: (view, at, i, scaled) => q45k(view, at, i, scaled, false) },
  Q3_K: { size: 256, bytes: 110, value: q3k },
  Q2_K: { size: 256, bytes: 84, value: q2k },
  IQ4_NL: {
    size: 32,
    bytes: 18,
    value: (view, at, i) => half(view, at) * (nonLinear[nibble(view, at + 2, i)] ?? NaN),
  },
  IQ4_XS: { size: 256, bytes: 136, value: iq4xs },
  MXFP4: {
    size: 32,
    bytes: 17,
    value: (view, at, i) => 2 ** (view.getUint8(at) - 127) * e2m1(nibble(view, at + 1, i)),
  },
  Q2_0: {
    size: 64,
    bytes: 18,
    value: (view, at, i) =>
      half(view, at) * (((view.getUint8(at + 2 + Math.floor(i / 4)) >> (2 * (i % 4))) & 3) - 1),
  },
  Q1_0: {
    size: 128,
    bytes: 18,
    value: (view, at, i) =>
      (view.getUint8(at + 2 + Math.floor(i / 8)) >> (i % 8)) % 2 === 1 ? half(view, at) : -half(view, at),
  },
};

/** Values of tensor data, rounded to f32; `scaled` is done to products of scales, minima and bfloat16 values. */
export function dequantizeReference(
  type: string,
  data: Uint8Array,
  scaled: Scaled = (value) => value,
): Float32Array<ArrayBuffer> {
  const reference = ggmlReference[type];
  if (reference === undefined) throw new Error(`no reference for ${type}`);
  const { size, bytes, value } = reference;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Float32Array.from({ length: (data.length / bytes) * size }, (_, i) =>
    value(view, Math.floor(i / size) * bytes, i % size, scaled),
  );
}
