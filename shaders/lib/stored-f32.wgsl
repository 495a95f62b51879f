// lib/stored-f32: four values as they are kept in workgroup memory; see stored-f16.wgsl for the other choice.

alias Stored = vec4f;

fn stored(value: vec4f) -> Stored {
  return value;
}
