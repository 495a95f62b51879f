// lib/masked-columns: four columns of int4 or int8 weights out of a word, masked in place: each still times its place in the word.

// What undoes the place: in the scale, or in x. A shift would cost a software adapter more than all else here.
const low_nibbles = vec4f(1.0, 0x1p-4, 0x1p-8, 0x1p-12);
const high_nibbles = vec4f(0x1p-16, 0x1p-20, 0x1p-24, 0x1p-28);
const byte_weights = vec4f(1.0, 0x1p-8, 0x1p-16, 0x1p-24);
// For conversion as signed: the highest nibble then counts from -8; the three low bytes from 128 up, the highest as it is. Words are
// flipped before `high` and `bytes`, and what is added to them makes up for it.
const flip_nibbles = vec4u(0x80000000u);
const flip_bytes = vec4u(0x00808080u);

const low_masks = vec4u(0xfu, 0xf0u, 0xf00u, 0xf000u);
const high_masks = vec4u(0xf0000u, 0xf00000u, 0xf000000u, 0xf0000000u);
const byte_masks = vec4u(0xffu, 0xff00u, 0xff0000u, 0xff000000u);

fn low(word: u32) -> vec4f {
  return vec4f(vec4i(vec4u(word) & low_masks));
}

fn high(word: u32) -> vec4f {
  return vec4f(vec4i(vec4u(word) & high_masks));
}

fn bytes(word: u32) -> vec4f {
  return vec4f(vec4i(vec4u(word) & byte_masks));
}
