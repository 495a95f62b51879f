// Dequantisation straight from ggml's block definitions (ggml-common.h, ggml-quants.c), byte by byte: what repacking is
// tested against. Shares no code with it.

type Reference = (view: DataView, block: number, index: number) => number;

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

/** By type: values a block, bytes a block, and value `index` of the block at a byte offset. */
const ggmlReference: Readonly<Record<string, { size: number; bytes: number; value: Reference }>> = {
  F32: { size: 1, bytes: 4, value: (view, at) => view.getFloat32(at, true) },
  F16: { size: 1, bytes: 2, value: half },
  Q8_0: { size: 32, bytes: 34, value: (view, at, i) => half(view, at) * view.getInt8(at + 2 + i) },
  Q4_0: { size: 32, bytes: 18, value: (view, at, i) => half(view, at) * (nibble(view, at + 2, i) - 8) },
  Q4_1: {
    size: 32,
    bytes: 20,
    value: (view, at, i) => half(view, at) * nibble(view, at + 4, i) + half(view, at + 2),
  },
  Q6_K: { size: 256, bytes: 210, value: q6k },
};

/** Values of tensor data, rounded to f32. */
export function dequantizeReference(type: string, data: Uint8Array): Float32Array {
  const reference = ggmlReference[type];
  if (reference === undefined) throw new Error(`no reference for ${type}`);
  const { size, bytes, value } = reference;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Float32Array.from({ length: (data.length / bytes) * size }, (_, i) =>
    value(view, Math.floor(i / size) * bytes, i % size),
  );
}
