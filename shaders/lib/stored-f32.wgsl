// lib/stored-f32: four values as they are kept in workgroup memory; see stored-f16.wgsl for the other choice.

alias Stored = vec4f;

// Rows of a tile that fill the banks of workgroup memory once: 128 bytes.
const rows_a_line = 2u;

fn stored(value: vec4f) -> Stored {
  return value;
}
